package dev.emporion.audit;

import static dev.emporion.audit.SoundOrder.euros;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.inventory.v1.Reservation;
import dev.emporion.orders.v1.OrderBooks;
import dev.emporion.payments.v1.Payment;
import dev.emporion.payments.v1.PaymentState;
import dev.emporion.shipping.v1.Shipment;
import dev.emporion.shipping.v1.ShipmentState;
import dev.emporion.simulator.v1.Authorization;
import dev.emporion.simulator.v1.AuthorizationState;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each way in which two sides can disagree, and what the audit calls it. */
class BrokenInvariantsTest {
  private static final String OTHER = SoundOrder.id("other", 1);

  private record Break(
      String what, BiConsumer<FakeShop, SoundOrder> how, List<Invariant> invariants) {
    @Override
    public String toString() {
      return what;
    }
  }

  private static Break broken(
      String what, BiConsumer<FakeShop, SoundOrder> how, Invariant... invariants) {
    return new Break(what, how, List.of(invariants));
  }

  static List<Break> stock() {
    return List.of(
        broken(
            "a lost reservation",
            (shop, order) -> {
              order(shop, order, books -> books.clearShipments().clearPayments());
              payment(
                  shop,
                  order,
                  paid -> paid.setAmount(euros(20)).clearCapturedAmount().clearRefundedAmount());
              provider(
                  shop,
                  order,
                  held -> held.setAmount(euros(20)).clearCapturedAmount().clearRefundedAmount());
              shop.shipments.remove(order.shipmentId());
              shop.reservations.remove(order.reservationId());
            },
            Invariant.ORDER_HAS_ITS_RESERVATION),
        broken(
            "a unit reserved too much",
            (shop, order) ->
                reservation(shop, order, one -> one.getAllocationsBuilder(0).setQuantity(3)),
            Invariant.RESERVATION_HOLDS_WHAT_IS_OPEN),
        broken(
            "a backorder forgotten",
            (shop, order) -> reservation(shop, order, Reservation.Builder::clearBackorders),
            Invariant.RESERVATION_HOLDS_WHAT_IS_OPEN),
        broken(
            "a second reservation",
            (shop, order) ->
                shop.reservations.put(
                    OTHER, order.reservation().toBuilder().setReservationId(OTHER).build()),
            Invariant.RESERVATION_HAS_AN_ORDER),
        broken(
            "stock that left without a shipment",
            (shop, order) -> {
              reservation(
                  shop,
                  order,
                  one -> one.getAllocationsBuilder(0).setQuantity(3).setCommittedQuantity(2));
            },
            Invariant.STOCK_LEFT_WITH_SHIPMENTS),
        broken(
            "a cancelled order that holds stock",
            (shop, order) -> {
              cancelled(shop, order);
              shop.payments.clear();
              shop.authorizations.clear();
              reservation(shop, order, one -> one.getAllocationsBuilder(0).setCommittedQuantity(0));
            },
            Invariant.CLOSED_ORDER_HOLDS_NOTHING),
        broken(
            "a lost order",
            (shop, order) -> shop.orders.remove(order.orderId()),
            Invariant.RESERVATION_HAS_AN_ORDER,
            Invariant.ORDER_KNOWS_ITS_PAYMENTS,
            Invariant.ORDER_KNOWS_ITS_SHIPMENTS));
  }

  static List<Break> money() {
    return List.of(
        broken(
            "a hold of another amount",
            (shop, order) -> order(shop, order, books -> books.setOpenAmount(euros(19))),
            Invariant.AUTHORIZATION_IS_WHAT_IS_OPEN),
        broken(
            "a second authorization",
            (shop, order) -> second(shop, order, 0),
            Invariant.ORDER_KNOWS_ITS_PAYMENTS),
        broken(
            "a capture under a payment that the order does not know",
            (shop, order) -> second(shop, order, 30),
            Invariant.ORDER_KNOWS_ITS_PAYMENTS),
        broken(
            "a capture that the order does not know",
            (shop, order) -> {
              order(shop, order, books -> books.setOpenAmount(euros(15)));
              payment(shop, order, paid -> paid.setCapturedAmount(euros(15)));
              provider(shop, order, held -> held.setCapturedAmount(euros(15)));
            },
            Invariant.CAPTURED_IS_WHAT_SHIPPED),
        broken(
            "a refund that the order does not know",
            (shop, order) -> {
              payment(shop, order, paid -> paid.setRefundedAmount(euros(5)));
              provider(shop, order, held -> held.setRefundedAmount(euros(5)));
            },
            Invariant.REFUNDED_IS_WHAT_WAS_GIVEN_BACK),
        broken(
            "a cancelled order that holds money",
            (shop, order) -> {
              cancelled(shop, order);
              shop.reservations.remove(order.reservationId());
              payment(shop, order, paid -> paid.clearCapturedAmount().clearRefundedAmount());
              provider(shop, order, held -> held.clearCapturedAmount().clearRefundedAmount());
            },
            Invariant.CLOSED_ORDER_HOLDS_NOTHING));
  }

  static List<Break> shipments() {
    return List.of(
        broken(
            "a lost shipment",
            (shop, order) -> shop.shipments.remove(order.shipmentId()),
            Invariant.SHIPMENT_IS_THE_ORDERS),
        broken(
            "a shipment that is further on its way",
            (shop, order) ->
                shipment(shop, order, one -> one.setState(ShipmentState.SHIPMENT_STATE_DELIVERED)),
            Invariant.SHIPMENT_IS_THE_ORDERS),
        broken(
            "a shipment that the order does not know",
            (shop, order) ->
                shop.shipments.put(
                    OTHER, order.shipment().toBuilder().setShipmentId(OTHER).build()),
            Invariant.ORDER_KNOWS_ITS_SHIPMENTS));
  }

  static List<Break> provider() {
    return List.of(
        broken(
            "a hold that the provider gave up",
            (shop, order) ->
                provider(
                    shop,
                    order,
                    held -> held.setState(AuthorizationState.AUTHORIZATION_STATE_VOIDED)),
            Invariant.PROVIDER_AGREES_WITH_PAYMENTS),
        broken(
            "a capture at the provider alone",
            (shop, order) -> provider(shop, order, held -> held.setCapturedAmount(euros(30))),
            Invariant.PROVIDER_AGREES_WITH_PAYMENTS),
        broken(
            "a payment that the provider does not know",
            (shop, order) -> shop.authorizations.clear(),
            Invariant.PROVIDER_AGREES_WITH_PAYMENTS),
        broken(
            "a charge without a payment",
            (shop, order) ->
                shop.authorizations.add(
                    order.authorization().toBuilder().setIdempotencyKey(OTHER).build()),
            Invariant.CHARGE_HAS_A_PAYMENT),
        broken(
            "a charge under a key that is none of ours",
            (shop, order) ->
                shop.authorizations.add(
                    order.authorization().toBuilder().setIdempotencyKey("by hand").build()),
            Invariant.CHARGE_HAS_A_PAYMENT),
        broken(
            "a second charge under a key that was forgotten",
            (shop, order) ->
                shop.authorizations.add(
                    order.authorization().toBuilder().setAuthorizationId("auth-2").build()),
            Invariant.CHARGED_ONCE));
  }

  @ParameterizedTest
  @MethodSource({"stock", "money", "shipments", "provider"})
  void eachIsNamedAndNothingElse(Break broken) throws Exception {
    try (var shop = new FakeShop()) {
      var order = new SoundOrder(1).in(shop);
      broken.how.accept(shop, order);

      List<String> lines = audit(shop);

      assertThat(lines.stream().filter(line -> line.startsWith("  ")).map(String::strip))
          .filteredOn(line -> line.contains("-") && !line.contains(" s  "))
          .extracting(line -> line.split(" ")[0])
          .containsExactlyInAnyOrderElementsOf(
              broken.invariants.stream().map(Invariant::text).toList());
      assertThat(lines.getLast()).endsWith("violations=" + broken.invariants.size());
    }
  }

  private static List<String> audit(FakeShop shop) {
    var printed = new ByteArrayOutputStream();
    var out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    var config = new AuditConfig(shop.address, shop.address, "audit", 500, 10, 10, 1, 4, 1);
    assertThat(Main.check(config, new Report(out, false), millis -> {})).isEqualTo(1);
    return printed.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static void cancelled(FakeShop shop, SoundOrder order) {
    shop.orders.put(order.orderId(), order.cancelled());
    shop.shipments.remove(order.shipmentId());
  }

  private static void second(FakeShop shop, SoundOrder order, int captured) {
    var second = order.payment().toBuilder().setAuthorizationKey(OTHER);
    second.getPaymentBuilder().setPaymentId(OTHER).clearRefundedAmount();
    var there = order.authorization().toBuilder().setIdempotencyKey(OTHER).clearRefundedAmount();
    second.getPaymentBuilder().setCapturedAmount(euros(captured));
    there.setCapturedAmount(euros(captured));
    if (captured > 0) {
      second.getPaymentBuilder().setState(PaymentState.PAYMENT_STATE_CAPTURED);
      there.setState(AuthorizationState.AUTHORIZATION_STATE_CAPTURED);
    }
    shop.payments.put(OTHER, second.build());
    shop.authorizations.add(there.build());
  }

  private static void order(
      FakeShop shop, SoundOrder order, UnaryOperator<OrderBooks.Builder> change) {
    shop.orders.computeIfPresent(
        order.orderId(), (id, one) -> change.apply(one.toBuilder()).build());
  }

  private static void reservation(
      FakeShop shop, SoundOrder order, Consumer<Reservation.Builder> change) {
    shop.reservations.computeIfPresent(
        order.reservationId(),
        (id, one) -> {
          var builder = one.toBuilder();
          change.accept(builder);
          return builder.build();
        });
  }

  private static void payment(
      FakeShop shop, SoundOrder order, UnaryOperator<Payment.Builder> change) {
    shop.payments.computeIfPresent(
        order.paymentId(),
        (id, one) ->
            one.toBuilder().setPayment(change.apply(one.getPayment().toBuilder())).build());
  }

  private static void shipment(
      FakeShop shop, SoundOrder order, UnaryOperator<Shipment.Builder> change) {
    shop.shipments.computeIfPresent(
        order.shipmentId(), (id, one) -> change.apply(one.toBuilder()).build());
  }

  private static void provider(
      FakeShop shop, SoundOrder order, UnaryOperator<Authorization.Builder> change) {
    shop.authorizations.replaceAll(one -> change.apply(one.toBuilder()).build());
  }
}
