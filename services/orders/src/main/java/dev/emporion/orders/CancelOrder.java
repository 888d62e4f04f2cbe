package dev.emporion.orders;

import com.google.protobuf.Parser;
import dev.emporion.orders.v1.CancelIntent;
import dev.emporion.orders.v1.CancelOrderRequest;
import dev.emporion.platform.Saga.Ask;
import dev.emporion.platform.Saga.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Gives up all that is open. Nothing of it can be refused, so nothing is undone.
 *
 * <pre>
 *   step        call
 *   release     inventory.ReleaseReservation
 *   void        payments.Void
 * </pre>
 */
final class CancelOrder implements Change<CancelOrderRequest, CancelIntent> {
  static final String KIND = "cancel-order";

  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final Stock stock;
  private final Funds funds;

  CancelOrder(Stock stock, Funds funds) {
    this.stock = stock;
    this.funds = funds;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Parser<CancelIntent> intents() {
    return CancelIntent.parser();
  }

  @Override
  public Optional<CancelIntent> plan(Order order, CancelOrderRequest request) {
    boolean cancelled = order.lines().stream().anyMatch(line -> line.units().cancelled() > 0);
    if (order.state() != OrderState.REJECTED && !order.hasOpenUnits() && cancelled) {
      return Optional.empty();
    }
    return switch (order.state()) {
      case CONFIRMED, PARTIALLY_SHIPPED ->
          Optional.of(CancelIntent.newBuilder().setReason(request.getReason()).build());
      case PENDING, REJECTED, SHIPPED, DELIVERED, CANCELLING, CANCELLED ->
          throw Refusals.wrongState(order, "cannot be cancelled");
    };
  }

  @Override
  public OrderState meanwhile(Order order) {
    return OrderState.CANCELLING;
  }

  @Override
  public boolean joins() {
    return true;
  }

  @Override
  public List<Step<Work<CancelIntent>>> steps() {
    return List.of(
        Work.step("release", DEADLINE, this::release, null),
        Work.step("void", DEADLINE, this::giveUp, null));
  }

  private Work<CancelIntent> release(Work<CancelIntent> work, Ask ask) {
    stock.release(work.order(), ask);
    return work;
  }

  private Work<CancelIntent> giveUp(Work<CancelIntent> work, Ask ask) {
    if (work.order().paying().paymentId() != null) {
      funds.giveUp(work.order().paying().paymentId(), ask);
    }
    return work;
  }

  @Override
  public void apply(Work<CancelIntent> work, OrderDraft order, Instant now) {
    order.lines = order.lines.stream().map(line -> line.with(line.units().cancelOpen())).toList();
    order.paying = order.paying.over();
  }
}
