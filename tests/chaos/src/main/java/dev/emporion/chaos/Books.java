package dev.emporion.chaos;

import dev.emporion.inventory.v1.Availability;
import dev.emporion.inventory.v1.BatchGetAvailabilityRequest;
import dev.emporion.inventory.v1.ListMovementsRequest;
import dev.emporion.inventory.v1.ListMovementsResponse;
import dev.emporion.inventory.v1.Movement;
import dev.emporion.mesh.shop.Shop;
import dev.emporion.orders.v1.CheckBooksRequest;
import dev.emporion.orders.v1.ListOrdersRequest;
import dev.emporion.orders.v1.ListOrdersResponse;
import dev.emporion.orders.v1.Order;
import dev.emporion.simulator.v1.Authorization;
import dev.emporion.simulator.v1.ListAuthorizationsRequest;
import dev.emporion.simulator.v1.ListAuthorizationsResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What each party has on record once all is quiet, read by the contracts. */
record Books(Site site, Shop shop) {
  private static final int PAGE = 200;
  private static final int PROVIDERS_PAGE = 1_000;

  /** Beyond this something is broken, and the rest would tell nothing. */
  private static final int MAX_PAGES = 10_000;

  List<Order> orders(String filter) {
    var request = ListOrdersRequest.newBuilder().setPageSize(PAGE).setFilter(filter);
    return pages(
        token -> shop.orders().listOrders(request.setPageToken(token).build()),
        ListOrdersResponse::getOrdersList,
        ListOrdersResponse::getNextPageToken);
  }

  /** How many changes of orders are under way or parked. */
  long sagas() {
    return shop.as("operator/chaos")
        .orders()
        .checkBooks(CheckBooksRequest.getDefaultInstance())
        .getBooks()
        .getCountsOrThrow("sagas");
  }

  List<Movement> movements(String sku) {
    var request =
        ListMovementsRequest.newBuilder().setPageSize(PAGE).setFilter("sku = \"" + sku + "\"");
    return pages(
        token -> shop.inventory().listMovements(request.setPageToken(token).build()),
        ListMovementsResponse::getMovementsList,
        ListMovementsResponse::getNextPageToken);
  }

  List<Availability> availabilities(List<String> skus) {
    return shop.inventory()
        .batchGetAvailability(BatchGetAvailabilityRequest.newBuilder().addAllSkus(skus).build())
        .getAvailabilitiesList();
  }

  /** The payment provider's. */
  List<Authorization> authorizations() {
    var request = ListAuthorizationsRequest.newBuilder().setPageSize(PROVIDERS_PAGE);
    return pages(
        token -> site.simulator().listAuthorizations(request.setPageToken(token).build()),
        ListAuthorizationsResponse::getAuthorizationsList,
        ListAuthorizationsResponse::getNextPageToken);
  }

  private static <P, T> List<T> pages(
      Function<String, P> page, Function<P, List<T>> items, Function<P, String> next) {
    var all = new ArrayList<T>();
    String token = "";
    for (int i = 0; i < MAX_PAGES; i++) {
      P read = page.apply(token);
      all.addAll(items.apply(read));
      token = next.apply(read);
      if (token.isEmpty()) {
        return all;
      }
    }
    throw new ChaosException("a list that does not end");
  }
}
