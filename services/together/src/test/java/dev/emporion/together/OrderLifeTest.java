package dev.emporion.together;

import static dev.emporion.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.emporion.inventory.v1.GetReservationRequest;
import dev.emporion.orders.v1.CancelOrderRequest;
import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.OrderState;
import dev.emporion.orders.v1.UpdatePaymentMethodRequest;
import dev.emporion.payments.v1.GetPaymentRequest;
import dev.emporion.payments.v1.Payment;
import dev.emporion.payments.v1.PaymentState;
import dev.emporion.platform.Money;
import dev.emporion.shipping.v1.GetShipmentRequest;
import dev.emporion.shipping.v1.ShipmentState;
import dev.emporion.simulator.v1.SetBehaviorRequest;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of an order, with every service and the provider's stand-in as they are. */
class OrderLifeTest {
  @TempDir static Path simulatorData;
  private static Shop shop;
  private static Sale sale;
  private static Trade trade;

  @BeforeAll
  static void open() throws Exception {
    shop = new Shop(simulatorData);
    trade = new Trade(shop);
    sale = trade.sale;
    sale.stock();
  }

  @AfterAll
  static void close() {
    try (Shop closing = shop) {
      new Auditor(closing).mustBeSound();
    }
  }

  @AfterEach
  void behaveAgain() {
    behave(SetBehaviorRequest.newBuilder());
  }

  @Test
  void anOrderLeavesInTwoParcelsAndArrives() {
    Order placed = sale.place();

    Order part = trade.ship(placed, 1);

    assertThat(part.getState()).isEqualTo(OrderState.ORDER_STATE_PARTIALLY_SHIPPED);
    assertThat(Money.fromProto(part.getCapturedTotal()).minor()).isEqualTo(1290 + 245);
    assertThat(payment(part).getCapturedAmount()).isEqualTo(part.getCapturedTotal());
    Order all = trade.ship(placed, 0);
    assertThat(all.getState()).isEqualTo(OrderState.ORDER_STATE_SHIPPED);
    assertThat(all.getCapturedTotal()).isEqualTo(placed.getTotal());
    assertThat(payment(all).getState()).isEqualTo(PaymentState.PAYMENT_STATE_CAPTURED);
    assertThat(committed(all)).isEqualTo(2);
    Order delivered = trade.deliverAll(all);
    assertThat(delivered.getState()).isEqualTo(OrderState.ORDER_STATE_DELIVERED);
    assertThat(states(delivered)).containsOnly(ShipmentState.SHIPMENT_STATE_DELIVERED);
  }

  @Test
  void theRestOfAPartlyShippedOrderIsGivenBack() {
    int before = sale.available();
    Order placed = sale.place();
    trade.ship(placed, 1);

    Order cancelled =
        shop.orders
            .cancelOrder(
                CancelOrderRequest.newBuilder()
                    .setRequestId(Sale.newId())
                    .setOrderId(placed.getOrderId())
                    .build())
            .getOrder();

    assertThat(cancelled.getState()).isEqualTo(OrderState.ORDER_STATE_SHIPPED);
    assertThat(sale.available()).isEqualTo(before - 1);
    Payment payment = payment(placed);
    assertThat(payment.getState()).isEqualTo(PaymentState.PAYMENT_STATE_VOIDED);
    assertThat(payment.getCapturedAmount()).isEqualTo(cancelled.getCapturedTotal());
  }

  @Test
  void whereOneCaptureIsAllTheRestIsHeldAnew() {
    behave(SetBehaviorRequest.newBuilder().setSingleCapture(true));
    Order placed = sale.place();

    Order part = trade.ship(placed, 1);

    assertThat(part.getPaymentId()).isNotEqualTo(placed.getPaymentId());
    assertThat(payment(part).getState()).isEqualTo(PaymentState.PAYMENT_STATE_AUTHORIZED);
    assertThat(Money.fromProto(payment(part).getAmount()).minor()).isEqualTo(1290 + 245);
    Order all = trade.ship(placed, 0);
    assertThat(all.getCapturedTotal()).isEqualTo(placed.getTotal());
    assertThat(all.getPaymentsCount()).isEqualTo(2);
  }

  @Test
  void aHoldThatRunsOutIsRenewed() {
    behave(SetBehaviorRequest.newBuilder().setHoldFor(Duration.newBuilder().setSeconds(5)));
    Order placed = sale.place();
    behave(SetBehaviorRequest.newBuilder());

    eventually(
        () -> {
          Order renewed = sale.get(placed);
          assertThat(renewed.hasActiveChange()).isFalse();
          assertThat(renewed.getPaymentId()).isNotEqualTo(placed.getPaymentId());
        });

    assertThat(payment(placed).getState()).isEqualTo(PaymentState.PAYMENT_STATE_VOIDED);
    assertThat(trade.ship(placed, 0).getCapturedTotal()).isEqualTo(placed.getTotal());
  }

  @Test
  void whoWouldNotPayAgainPaysOtherwise() {
    behave(SetBehaviorRequest.newBuilder().setHoldFor(Duration.newBuilder().setSeconds(5)));
    Order placed = sale.place();
    behave(SetBehaviorRequest.newBuilder().setDeclinePercent(100));
    eventually(() -> assertThat(sale.get(placed).getPaymentProblem()).isNotEmpty());
    behave(SetBehaviorRequest.newBuilder());

    Order paid =
        shop.orders
            .updatePaymentMethod(
                UpdatePaymentMethodRequest.newBuilder()
                    .setRequestId(Sale.newId())
                    .setOrderId(placed.getOrderId())
                    .setPaymentToken("tok_other")
                    .build())
            .getOrder();

    assertThat(paid.getPaymentProblem()).isEmpty();
    assertThat(payment(paid).getAmount()).isEqualTo(placed.getTotal());
    assertThat(trade.ship(placed, 0).getState()).isEqualTo(OrderState.ORDER_STATE_SHIPPED);
  }

  private static void behave(SetBehaviorRequest.Builder request) {
    shop.simulator.setBehavior(request.build());
  }

  private static Payment payment(Order order) {
    return shop.payments
        .getPayment(GetPaymentRequest.newBuilder().setPaymentId(order.getPaymentId()).build())
        .getPayment();
  }

  private static int committed(Order order) {
    return shop
        .inventory
        .getReservation(
            GetReservationRequest.newBuilder().setReservationId(order.getReservationId()).build())
        .getReservation()
        .getAllocationsList()
        .stream()
        .mapToInt(one -> one.getCommittedQuantity())
        .sum();
  }

  private static List<ShipmentState> states(Order order) {
    return order.getShipmentsList().stream()
        .map(one -> GetShipmentRequest.newBuilder().setShipmentId(one.getShipmentId()).build())
        .map(request -> shop.shipping.getShipment(request).getShipment().getState())
        .toList();
  }
}
