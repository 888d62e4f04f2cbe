package dev.emporion.e2e;

import static dev.emporion.orders.v1.OrderState.ORDER_STATE_CONFIRMED;
import static dev.emporion.orders.v1.OrderState.ORDER_STATE_REJECTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.inventory.v1.InventoryServiceGrpc;
import dev.emporion.inventory.v1.ListMovementsRequest;
import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.PlaceOrderRequest;
import dev.emporion.orders.v1.RejectionReason;
import dev.emporion.platform.Failure;
import dev.emporion.pricing.v1.Quote;
import dev.emporion.simulator.v1.AuthorizationState;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Many at once: buyers, repetitions, windows. Two instances of orders and of inventory. */
class RacesTest {
  private final RunningSystem system = RunningSystem.shared();
  private final Shopper shop = new Shopper(system);

  @Test
  void oneRequestIdSentFiftyTimesAtOnceIsOneOrderAndOneAuthorization() throws Exception {
    shop.sell("FIFTY-TIMES", 12, 100);
    var request = Shopper.request(shop.cart("FIFTY-TIMES", 1), shop.quote("FIFTY-TIMES", 1));

    List<Order> answers = atOnce(50, i -> () -> shop.place(i % 2, request));

    assertThat(answers).containsOnly(answers.getFirst());
    assertThat(answers.getFirst().getState()).isEqualTo(ORDER_STATE_CONFIRMED);
    assertThat(shop.providersRecord(answers.getFirst())).hasSize(1);
    assertThat(shop.availability("FIFTY-TIMES").getAvailable()).isEqualTo(99);

    var reused = refusal(request.toBuilder().setEmail("eve@example.com").build());
    assertThat(reused.code()).isEqualTo(Code.ALREADY_EXISTS);
    assertThat(reused.reason()).isEqualTo("REQUEST_ID_REUSED");
  }

  @Test
  void twoHundredBuyersForTwentyUnitsAreTwentyOrders() throws Exception {
    shop.sell("LAST-TWENTY", 12, 20);
    Quote quote = shop.quote("LAST-TWENTY", 1);
    List<PlaceOrderRequest> requests = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      requests.add(Shopper.request(shop.cart("LAST-TWENTY", 1), quote));
    }

    List<Order> orders = atOnce(200, i -> () -> shop.place(i % 2, requests.get(i)));

    assertThat(orders)
        .filteredOn(order -> order.getState() == ORDER_STATE_CONFIRMED)
        .hasSize(20)
        .allSatisfy(
            order ->
                assertThat(shop.providersRecord(order))
                    .singleElement()
                    .matches(
                        held ->
                            held.getState() == AuthorizationState.AUTHORIZATION_STATE_HELD
                                && held.getAmount().equals(order.getTotal())));
    assertThat(orders)
        .filteredOn(order -> order.getState() == ORDER_STATE_REJECTED)
        .hasSize(180)
        .allSatisfy(
            order ->
                assertThat(order.getRejection().getReason())
                    .isEqualTo(RejectionReason.REJECTION_REASON_OUT_OF_STOCK));
    var level = shop.availability("LAST-TWENTY").getStockLevels(0);
    assertThat(level.getOnHand()).isEqualTo(20);
    assertThat(level.getReserved()).isEqualTo(20);
    assertThat(onHandByTheLedger("LAST-TWENTY")).isEqualTo(20);
  }

  @Test
  void anotherPriceIsRefusedWithTheNewQuoteButAPlacedOrderStands() {
    var product = shop.sell("PRICE-CHANGES", 12, 10);
    Quote seen = shop.quote("PRICE-CHANGES", 1);
    var placed = Shopper.request(shop.cart("PRICE-CHANGES", 1), seen);
    var late = Shopper.request(shop.cart("PRICE-CHANGES", 1), seen);
    Order order = shop.place(0, placed);

    shop.changePrice(product, 15);

    Failure refusal = refusal(late);
    assertThat(refusal.code()).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(refusal.reason()).isEqualTo("PRICE_CHANGED");
    assertThat(refusal.detail(Quote.class).orElseThrow().getTotal().getUnits())
        .isEqualTo(seen.getTotal().getUnits() + 3);
    assertThat(shop.availability("PRICE-CHANGES").getAvailable()).isEqualTo(9);
    assertThat(shop.place(1, placed)).isEqualTo(order);
  }

  @Test
  void aCartOrderedFromTwoWindowsIsOneOrder() throws Exception {
    shop.sell("TWO-WINDOWS", 12, 10);
    var cart = shop.cart("TWO-WINDOWS", 1);
    var request = Shopper.request(cart, shop.quote("TWO-WINDOWS", 1));
    var windows = List.of(request, request.toBuilder().setRequestId(Shopper.newId()).build());

    List<String> outcomes =
        atOnce(
            2,
            i ->
                () -> {
                  try {
                    return shop.place(i, windows.get(i)).getState().name();
                  } catch (StatusRuntimeException e) {
                    return Failure.from(e).reason();
                  }
                });

    assertThat(outcomes).containsExactlyInAnyOrder("ORDER_STATE_CONFIRMED", "CART_ALREADY_ORDERED");
    assertThat(shop.availability("TWO-WINDOWS").getAvailable()).isEqualTo(9);
  }

  static <T> List<T> atOnce(int count, Function<Integer, Callable<T>> work) throws Exception {
    var futures = new ArrayList<Future<T>>();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < count; i++) {
        futures.add(executor.submit(work.apply(i)));
      }
    }
    var results = new ArrayList<T>();
    for (var future : futures) {
      results.add(future.get());
    }
    return results;
  }

  private int onHandByTheLedger(String sku) {
    return InventoryServiceGrpc.newBlockingStub(system.channel("inventory"))
        .listMovements(ListMovementsRequest.newBuilder().setFilter("sku = \"" + sku + "\"").build())
        .getMovementsList()
        .stream()
        .mapToInt(movement -> movement.getQuantity())
        .sum();
  }

  private Failure refusal(PlaceOrderRequest request) {
    try {
      throw new AssertionError("not refused: " + shop.place(0, request));
    } catch (StatusRuntimeException e) {
      return Failure.from(e);
    }
  }
}
