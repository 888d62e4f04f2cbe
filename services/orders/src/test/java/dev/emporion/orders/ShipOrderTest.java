package dev.emporion.orders;

import static dev.emporion.orders.Requests.cancel;
import static dev.emporion.orders.Requests.cents;
import static dev.emporion.orders.Requests.refusal;
import static dev.emporion.orders.Requests.ship;
import static dev.emporion.orders.v1.OrderState.ORDER_STATE_CANCELLED;
import static dev.emporion.orders.v1.OrderState.ORDER_STATE_CONFIRMED;
import static dev.emporion.orders.v1.OrderState.ORDER_STATE_PARTIALLY_SHIPPED;
import static dev.emporion.orders.v1.OrderState.ORDER_STATE_SHIPPED;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.PreconditionFailure;
import dev.emporion.orders.v1.GetOrderRequest;
import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.OrdersServiceGrpc.OrdersServiceBlockingStub;
import dev.emporion.orders.v1.ShipOrderRequest;
import dev.emporion.payments.v1.ErrorReason;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Money;
import io.grpc.Status.Code;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShipOrderTest {
  private final OrdersFixture fixture = new OrdersFixture();
  private final FakeShop shop = fixture.shop;
  private final OrdersFixture.Instance orders = fixture.instance();
  private final OrdersServiceBlockingStub merchant = orders.as("merchant/m");

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void allThatIsOpenLeavesAndIsPaid() {
    Order placed = place(2);

    Order shipped = send(ship(placed));

    assertThat(shipped.getState()).isEqualTo(ORDER_STATE_SHIPPED);
    assertThat(shipped.hasActiveChange()).isFalse();
    assertThat(shipped.getCapturedTotal()).isEqualTo(placed.getTotal());
    assertThat(shop.authorized).isEmpty();
    assertThat(shop.payments.captured)
        .containsExactly(Map.entry(placed.getPaymentId(), shop.total(2)));
    assertThat(shop.reserved).containsEntry(placed.getReservationId(), 0);
    assertThat(shipped.getShipmentsList())
        .singleElement()
        .satisfies(
            shipment -> {
              assertThat(shipment.getAmount()).isEqualTo(placed.getTotal());
              assertThat(shipment.getPaymentId()).isEqualTo(placed.getPaymentId());
              assertThat(shipment.getCarrier()).isEqualTo("DHL");
              assertThat(shipment.getLinesCount()).isEqualTo(2);
              assertThat(shop.shipments).containsEntry(shipment.getShipmentId(), "SHIPPED");
            });
    assertThat(get(placed)).isEqualTo(shipped);
  }

  @Test
  void partsLeaveFromTwoLocationsForTheirExactPrices() {
    shop.unitPrice = new Money("EUR", 1_001);
    shop.atAnnex.put("MUG", 2);
    Order placed = place(3);

    Order first = send(ship(placed, 1, 2, "annex"));

    assertThat(first.getState()).isEqualTo(ORDER_STATE_PARTIALLY_SHIPPED);
    // Three mugs have 751 of the 1001 cents for delivery: 251, 250 and 250.
    assertThat(cents(first.getShipments(0).getAmount())).isEqualTo(2 * 1_001 + 251 + 250);
    assertThat(shop.authorized).containsEntry(placed.getPaymentId(), eur(2 * 1_001 + 250 + 250));
    Order second = send(ship(placed));
    assertThat(second.getState()).isEqualTo(ORDER_STATE_SHIPPED);
    assertThat(cents(second.getShipments(1).getAmount())).isEqualTo(2 * 1_001 + 250 + 250);
    assertThat(second.getCapturedTotal()).isEqualTo(placed.getTotal());
    assertThat(second.getPaymentsCount()).isEqualTo(1);
    assertThat(second.getShipments(1).getLinesList())
        .extracting(line -> line.getLocationId())
        .containsOnly("main");
    assertThat(shop.authorized).isEmpty();
  }

  @Test
  void oneLineLeavesFromWhereverItsUnitsAreByPriorityOfTheLocations() {
    shop.atAnnex.put("MUG", 2);
    Order placed = place(4);

    Order first = send(ship(placed, 1, 1, ""));
    Order second = send(ship(placed, 1, 3, ""));

    assertThat(locations(first)).containsExactly("main 1");
    assertThat(locations(second)).containsExactly("annex 2", "main 1");
  }

  private static List<String> locations(Order order) {
    return order.getShipmentsList().getLast().getLinesList().stream()
        .map(line -> line.getLocationId() + " " + line.getQuantity())
        .toList();
  }

  @Test
  void moreThanIsOpenIsRefused() {
    Order placed = place(2);
    send(ship(placed, 1, 1, ""));

    Failure refusal = refusal(() -> send(ship(placed, 1, 2, "")));

    assertThat(refusal.reason()).isEqualTo("QUANTITY_EXCEEDED");
    assertThat(refusal.metadata()).containsEntry("line_number", "1").containsEntry("quantity", "1");
    assertThat(refusal(() -> send(ship(placed, 7, 1, ""))).metadata())
        .containsEntry("quantity", "0");
  }

  @Test
  void unitsThatAreElsewhereOrStillToComeAreNotInStock() {
    shop.backorders = true;
    shop.backordered.put("MUG", 1);
    shop.atAnnex.put("MUG", 1);
    Order placed = place(3);

    Failure waiting = refusal(() -> send(ship(placed)));
    Failure elsewhere = refusal(() -> send(ship(placed, 1, 2, "annex")));

    assertThat(waiting.reason()).isEqualTo("NOT_IN_STOCK");
    assertThat(violation(waiting)).isEqualTo("MUG: 2 of 3 units are in stock");
    assertThat(elsewhere.reason()).isEqualTo("NOT_IN_STOCK");
    assertThat(violation(elsewhere)).isEqualTo("MUG: 1 of 2 units are at annex");
    assertThat(send(ship(placed, 1, 2, "")).getState()).isEqualTo(ORDER_STATE_PARTIALLY_SHIPPED);
  }

  @Test
  void onlyMerchantsShipAndOnlyWhatIsConfirmed() {
    Order placed = place(1);

    assertThat(refusal(() -> orders.stub.shipOrder(ship(placed).build())).reason())
        .isEqualTo("CALLER_NOT_ALLOWED");
    assertThat(refusal(() -> orders.as("customer/c").shipOrder(ship(placed).build())).code())
        .isEqualTo(Code.PERMISSION_DENIED);
    assertThat(refusal(() -> send(ship(placed).setEtag("v1"))).reason()).isEqualTo("ETAG_MISMATCH");
    assertThat(refusal(() -> send(ship(placed).setOrderId(Requests.id()))).reason())
        .isEqualTo("ORDER_NOT_FOUND");
    send(ship(placed));
    Failure again = refusal(() -> send(ship(placed)));
    assertThat(again.reason()).isEqualTo("ORDER_STATE");
    assertThat(again.metadata()).containsEntry("state", "SHIPPED");
  }

  @Test
  void whatCannotBePaidDoesNotLeave() {
    Order placed = place(2);
    shop.next("Capture", FakeShop.refusing(ErrorReason.ERROR_REASON_CAPTURE_REFUSED));
    var request = ship(placed, 1, 1, "");

    Failure refusal = refusal(() -> send(request));

    assertThat(refusal.reason()).isEqualTo("PAYMENT_REFUSED");
    assertThat(refusal.metadata()).containsEntry("decline_code", "test");
    assertThat(shop.shipments.values()).containsExactly("CANCELLED");
    Order after = get(placed);
    assertThat(after.getState()).isEqualTo(ORDER_STATE_CONFIRMED);
    assertThat(after.hasActiveChange()).isFalse();
    assertThat(after.getLinesList()).isEqualTo(placed.getLinesList());
    assertThat(after.getShipmentsList()).isEmpty();
    assertThat(refusal(() -> send(request)).reason())
        .as("the same request gets the same refusal, whatever is possible now")
        .isEqualTo("PAYMENT_REFUSED");
    assertThat(send(ship(placed)).getState()).isEqualTo(ORDER_STATE_SHIPPED);
  }

  @Test
  void whereOneCaptureIsAllTheRestIsHeldByANewPayment() {
    shop.payments.singleCapture = true;
    Order placed = place(2);

    Order first = send(ship(placed, 1, 1, ""));

    assertThat(first.getPaymentId()).isNotEqualTo(placed.getPaymentId());
    long left = cents(placed.getTotal()) - cents(first.getCapturedTotal());
    assertThat(shop.authorized).containsExactly(Map.entry(first.getPaymentId(), eur(left)));
    Order second = send(ship(placed));
    assertThat(second.getCapturedTotal()).isEqualTo(placed.getTotal());
    assertThat(second.getPaymentsList())
        .extracting(payment -> payment.getPaymentId())
        .containsExactly(placed.getPaymentId(), first.getPaymentId());
    assertThat(shop.authorized).isEmpty();
  }

  @Test
  void whenTheRestIsDeclinedNothingMoreLeavesBeforeItIsPaidOtherwise() {
    shop.payments.singleCapture = true;
    Order placed = place(2);
    shop.declines = true;

    Order first = send(ship(placed, 1, 1, ""));

    assertThat(first.getState()).isEqualTo(ORDER_STATE_PARTIALLY_SHIPPED);
    assertThat(first.getPaymentProblem()).isEqualTo("insufficient_funds");
    assertThat(first.getPaymentId()).isEmpty();
    Failure refusal = refusal(() -> send(ship(placed)));
    assertThat(refusal.reason()).isEqualTo("PAYMENT_REFUSED");
    assertThat(refusal.metadata()).containsEntry("decline_code", "insufficient_funds");
    shop.declines = false;
    Order paid =
        orders.stub.updatePaymentMethod(Requests.pay(placed, "tok_other").build()).getOrder();
    assertThat(paid.getPaymentProblem()).isEmpty();
    assertThat(send(ship(placed)).getCapturedTotal()).isEqualTo(placed.getTotal());
  }

  @Test
  void whatCostsNothingLeavesWithoutAPayment() {
    shop.unitPrice = eur(0);

    Order shipped = send(ship(place(1)));

    assertThat(shipped.getState()).isEqualTo(ORDER_STATE_SHIPPED);
    assertThat(shipped.getShipments(0).getPaymentId()).isEmpty();
    assertThat(shipped.getPaymentsList()).isEmpty();
  }

  @Test
  void theRestOfAPartlyShippedOrderIsCancelled() {
    Order placed = place(3);
    send(ship(placed, 1, 1, ""));

    Order cancelled = orders.stub.cancelOrder(cancel(placed).build()).getOrder();

    assertThat(cancelled.getState()).isEqualTo(ORDER_STATE_SHIPPED);
    assertThat(cancelled.getLinesList())
        .extracting(line -> line.getShippedQuantity() + " " + line.getCancelledQuantity())
        .containsExactly("1 2", "0 1");
    assertThat(shop.authorized).isEmpty();
    assertThat(shop.reserved).isEmpty();
    assertThat(cents(cancelled.getCapturedTotal())).isEqualTo(1_000 + 250);
    assertThat(orders.stub.cancelOrder(cancel(placed).build()).getOrder())
        .as("a second one is no error")
        .isEqualTo(cancelled);
  }

  @Test
  void whatIsShippedOrCancelledIsNotCancelledOrShipped() {
    Order shipped = send(ship(place(1)));
    assertThat(refusal(() -> orders.stub.cancelOrder(cancel(shipped).build())).reason())
        .isEqualTo("ORDER_STATE");

    Order cancelled = orders.stub.cancelOrder(cancel(place(1)).build()).getOrder();
    assertThat(cancelled.getState()).isEqualTo(ORDER_STATE_CANCELLED);
    assertThat(refusal(() -> send(ship(cancelled))).reason()).isEqualTo("ORDER_STATE");
  }

  private Order place(int mugs) {
    return orders.stub.placeOrder(fixture.request(mugs).build()).getOrder();
  }

  private Order send(ShipOrderRequest.Builder request) {
    return merchant.shipOrder(request.build()).getOrder();
  }

  private Order get(Order order) {
    return merchant
        .getOrder(GetOrderRequest.newBuilder().setOrderId(order.getOrderId()).build())
        .getOrder();
  }

  private static String violation(Failure refusal) {
    var violation = refusal.detail(PreconditionFailure.class).orElseThrow().getViolations(0);
    return violation.getSubject() + ": " + violation.getDescription();
  }

  private static Money eur(long cents) {
    return new Money("EUR", cents);
  }
}
