package dev.emporion.orders;

import com.google.protobuf.Parser;
import dev.emporion.inventory.v1.CommitLine;
import dev.emporion.orders.v1.ShipIntent;
import dev.emporion.orders.v1.ShipOrderRequest;
import dev.emporion.orders.v1.ShippedUnits;
import dev.emporion.payments.v1.PaymentState;
import dev.emporion.platform.Ids;
import dev.emporion.platform.Money;
import dev.emporion.platform.Saga.Ask;
import dev.emporion.platform.Saga.Step;
import dev.emporion.shipping.v1.ShipmentLine;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Lets some or all of what is open leave as one parcel.
 *
 * <pre>
 *   step        call                          refused by                       compensation
 *   shipment    shipping.CreateShipment                                        shipping.CancelShipment
 *   capture     payments.Capture              CAPTURE_REFUSED, PAYMENT_STATE
 *   commit      inventory.CommitReservation
 *   hand-over   shipping.MarkShipped
 *   renew       payments.Authorize, if something is still open and the payment holds nothing more
 * </pre>
 */
final class ShipOrder implements Change<ShipOrderRequest, ShipIntent> {
  static final String KIND = "ship-order";

  private static final String SHIPMENT = "shipment";
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final Duration PAYMENT_DEADLINE = Duration.ofSeconds(20);

  private final Stock stock;
  private final Funds funds;
  private final Parcels parcels;
  private final Renewal renewal;

  ShipOrder(Stock stock, Funds funds, Parcels parcels, Renewal renewal) {
    this.stock = stock;
    this.funds = funds;
    this.parcels = parcels;
    this.renewal = renewal;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Parser<ShipIntent> intents() {
    return ShipIntent.parser();
  }

  @Override
  public Optional<ShipIntent> plan(Order order, ShipOrderRequest request) {
    if (order.state() != OrderState.CONFIRMED && order.state() != OrderState.PARTIALLY_SHIPPED) {
      throw Refusals.wrongState(order, "cannot be shipped");
    }
    var wanted = ShipPlan.wanted(order, request.getLinesList());
    if (order.paying().problem() != null) {
      throw Refusals.paymentRefused(
          order.paying().problem(), "what is open is not paid for: " + order.paying().problem());
    }
    var plan = new ShipPlan(order, stock.reservation(order));
    if (plan.hasChoice()) {
      plan.prefer(stock.locations());
    }
    return Optional.of(
        ShipIntent.newBuilder()
            .addAllLines(plan.units(wanted))
            .setAmount(ShipPlan.amount(order, wanted).toProto())
            .setCarrier(request.getCarrier())
            .setTrackingNumber(request.getTrackingNumber())
            .build());
  }

  @Override
  public List<Step<Work<ShipIntent>>> steps() {
    return List.of(
        Work.step(
            SHIPMENT, DEADLINE, this::create, (work, ask) -> parcels.cancel(ask.stepId(), ask)),
        Work.step("capture", PAYMENT_DEADLINE, this::capture, null),
        Work.step("commit", DEADLINE, this::commit, null),
        Work.step("hand-over", DEADLINE, this::handOver, null),
        Work.step("renew", PAYMENT_DEADLINE, this::renew, null));
  }

  private Work<ShipIntent> create(Work<ShipIntent> work, Ask ask) {
    List<ShipmentLine> lines =
        work.intent().getLinesList().stream().map(units -> line(work.order(), units)).toList();
    parcels.create(work.order(), lines, ask);
    return work;
  }

  private static ShipmentLine line(Order order, ShippedUnits units) {
    return ShipmentLine.newBuilder()
        .setLineNumber(units.getLineNumber())
        .setSku(order.line(units.getLineNumber()).sku())
        .setLocationId(units.getLocationId())
        .setQuantity(units.getQuantity())
        .build();
  }

  /** Where one capture is all that a payment gives, it holds nothing more after it. */
  private Work<ShipIntent> capture(Work<ShipIntent> work, Ask ask) {
    Money amount = amount(work);
    if (amount.minor() == 0) {
      return work;
    }
    var payment = funds.capture(work.order().paying().paymentId(), amount, ask);
    boolean holdsMore = payment.getState() == PaymentState.PAYMENT_STATE_AUTHORIZED;
    return holdsMore ? work : work.with(work.paying().gone(null));
  }

  private Work<ShipIntent> commit(Work<ShipIntent> work, Ask ask) {
    record Place(String sku, String location) {}
    var quantities =
        new TreeMap<Place, Integer>(
            Comparator.comparing(Place::sku).thenComparing(Place::location));
    for (ShippedUnits units : work.intent().getLinesList()) {
      String sku = work.order().line(units.getLineNumber()).sku();
      quantities.merge(new Place(sku, units.getLocationId()), units.getQuantity(), Integer::sum);
    }
    List<CommitLine> lines =
        quantities.entrySet().stream()
            .map(
                one ->
                    CommitLine.newBuilder()
                        .setSku(one.getKey().sku())
                        .setLocationId(one.getKey().location())
                        .setQuantity(one.getValue())
                        .build())
            .toList();
    stock.commit(work.order(), lines, ask);
    return work;
  }

  private Work<ShipIntent> handOver(Work<ShipIntent> work, Ask ask) {
    ShipIntent intent = work.intent();
    parcels.handOver(shipmentId(work), intent.getCarrier(), intent.getTrackingNumber(), ask);
    return work;
  }

  private Work<ShipIntent> renew(Work<ShipIntent> work, Ask ask) {
    Money open = work.order().openValue().minus(amount(work));
    Order.Paying paying = work.paying();
    if (paying.paymentId() != null || open.minor() == 0) {
      return work;
    }
    return work.with(
        switch (funds.authorize(work.order(), open, paying.token(), ask)) {
          case Funds.Answer.Held held -> paying.held(ask.requestId(), renewal.of(held.payment()));
          case Funds.Answer.Declined declined -> paying.gone(declined.problem());
        });
  }

  @Override
  public void apply(Work<ShipIntent> work, OrderDraft order, Instant now) {
    Order before = work.order();
    Money amount = amount(work);
    UUID paymentId = amount.minor() == 0 ? null : before.paying().paymentId();
    order.lines = before.lines().stream().map(line -> shipped(line, work.intent())).toList();
    History history = order.history.with(shipment(work, amount, paymentId, now));
    order.history = paymentId == null ? history : history.captured(paymentId, amount);
    boolean over = before.openValue().equals(amount);
    order.paying = over ? before.paying().over() : work.paying();
  }

  private static OrderLine shipped(OrderLine line, ShipIntent intent) {
    int count =
        intent.getLinesList().stream()
            .filter(units -> units.getLineNumber() == line.lineNumber())
            .mapToInt(ShippedUnits::getQuantity)
            .sum();
    return line.with(line.units().ship(count));
  }

  private static History.Shipment shipment(
      Work<ShipIntent> work, Money amount, UUID paymentId, Instant now) {
    ShipIntent intent = work.intent();
    return new History.Shipment(
        shipmentId(work),
        intent.getLinesList().stream().map(StoredHistories::units).toList(),
        amount,
        paymentId,
        intent.getCarrier(),
        intent.getTrackingNumber(),
        now,
        null);
  }

  private static Money amount(Work<ShipIntent> work) {
    return Money.fromProto(work.intent().getAmount());
  }

  /** The name of the shipment: the request id of the step that makes it. */
  private static UUID shipmentId(Work<ShipIntent> work) {
    return Ids.v5(work.order().orderId(), KIND + "/" + SHIPMENT + "/" + work.number());
  }
}
