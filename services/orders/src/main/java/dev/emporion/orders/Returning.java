package dev.emporion.orders;

import dev.emporion.orders.History.Return;
import dev.emporion.orders.History.ReturnLine;
import dev.emporion.orders.History.Worth;
import dev.emporion.orders.v1.ErrorReason;
import dev.emporion.orders.v1.ReceiveReturnLine;
import dev.emporion.orders.v1.RequestReturnLine;
import dev.emporion.orders.v1.ReturnReason;
import dev.emporion.orders.v1.ReturnState;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Ids;
import dev.emporion.platform.Money;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The rules of returns. Units of a line come back from its first on, in the order in which returns
 * are received; that decides which unit has which price.
 */
final class Returning {
  /** Returns of one order, whatever became of them. */
  private static final int MAX_RETURNS = 100;

  private Returning() {}

  /**
   * Nothing comes back of an order, and nothing is given back, before some of it has left.
   *
   * @throws Failure FAILED_PRECONDITION / ORDER_STATE
   */
  static void requireShipped(Order order) {
    switch (order.state()) {
      case PARTIALLY_SHIPPED, SHIPPED, DELIVERED -> {}
      case PENDING, CONFIRMED, REJECTED, CANCELLING, CANCELLED ->
          throw Refusals.wrongState(order, "has nothing to come back");
    }
  }

  /**
   * @throws Failure NOT_FOUND / RETURN_NOT_FOUND
   */
  static Return find(Order order, String returnId) {
    return order
        .history()
        .returned(Ids.parse("return_id", returnId))
        .orElseThrow(
            () ->
                Failure.of(
                    Code.NOT_FOUND,
                    ErrorReason.ERROR_REASON_RETURN_NOT_FOUND,
                    "the order has no return " + returnId));
  }

  /**
   * @param what for instance "cannot be received"
   */
  static Failure wrongState(Return one, String what) {
    String state = OrderStore.shortName(one.state());
    return Failure.of(
            Code.FAILED_PRECONDITION,
            ErrorReason.ERROR_REASON_RETURN_STATE,
            "a return that is " + state + " " + what)
        .meta("state", state);
  }

  /**
   * The lines of a new return.
   *
   * @throws Failure FAILED_PRECONDITION / QUANTITY_EXCEEDED
   */
  static List<ReturnLine> requested(Order order, List<RequestReturnLine> wanted) {
    var lines = new ArrayList<ReturnLine>();
    for (RequestReturnLine line : wanted) {
      int returnable =
          order.history().returns().size() == MAX_RETURNS
              ? 0
              : line(order.lines(), line.getLineNumber())
                  .map(of -> returnable(of, order.history().returns()))
                  .orElse(0);
      requireAtMost(returnable, line.getLineNumber(), line.getQuantity());
      lines.add(new ReturnLine(line.getLineNumber(), line.getQuantity(), line.getReason(), 0, 0));
    }
    return List.copyOf(lines);
  }

  /** Units of a line that may be asked for: shipped, and neither back nor announced already. */
  static int returnable(OrderLine line, Collection<Return> returns) {
    int announced = returns.stream().mapToInt(one -> announced(one, line.lineNumber())).sum();
    return line.units().shipped() - line.units().returned() - announced;
  }

  /** What did not come with a return that was received is not announced any more. */
  private static int announced(Return one, int lineNumber) {
    return one.state() == ReturnState.RETURN_STATE_REQUESTED
        ? one.line(lineNumber).map(ReturnLine::quantity).orElse(0)
        : 0;
  }

  /**
   * The lines of a return with what came in of them. Of a line that is not named nothing did; if
   * none is named, everything did, and goes back into stock.
   *
   * @throws Failure FAILED_PRECONDITION / QUANTITY_EXCEEDED
   */
  static List<ReturnLine> received(Return announced, List<ReceiveReturnLine> came) {
    if (came.isEmpty()) {
      return announced.lines().stream().map(line -> line.receive(line.quantity(), 0)).toList();
    }
    for (ReceiveReturnLine line : came) {
      requireAtMost(
          announced.line(line.getLineNumber()).map(ReturnLine::quantity).orElse(0),
          line.getLineNumber(),
          line.getRestockedQuantity() + line.getWrittenOffQuantity());
    }
    return announced.lines().stream().map(line -> received(line, came)).toList();
  }

  private static ReturnLine received(ReturnLine announced, List<ReceiveReturnLine> came) {
    return came.stream()
        .filter(line -> line.getLineNumber() == announced.lineNumber())
        .findFirst()
        .map(line -> announced.receive(line.getRestockedQuantity(), line.getWrittenOffQuantity()))
        .orElse(announced);
  }

  private static void requireAtMost(int most, int lineNumber, int quantity) {
    if (quantity > most) {
      throw Refusals.quantityExceeded(lineNumber, most);
    }
  }

  /**
   * What a return that has come in is worth: the exact price of its units. Their share of the
   * delivery cost is added for lines where the shop is to blame; and once everything that was
   * shipped is back, so is all that its delivery cost, whatever earlier returns gave back of it.
   *
   * @param lines the order's, before its units are counted as returned
   * @param earlier the order's other returns
   */
  static Worth worth(List<OrderLine> lines, Collection<Return> earlier, List<ReturnLine> received) {
    Money goods = Money.zero(lines.getFirst().prices().total().currency());
    Money blamed = goods;
    for (ReturnLine back : received) {
      OrderLine line = line(lines, back.lineNumber()).orElseThrow();
      int from = line.units().returned();
      int to = from + back.received();
      goods = goods.plus(UnitPrices.goods(line, from, to));
      if (isShopsFault(back.reason())) {
        blamed = blamed.plus(UnitPrices.delivery(line, from, to));
      }
    }
    List<OrderLine> counted = counted(lines, received);
    return new Worth(goods, isAllBack(counted) ? deliveryLeft(counted, earlier) : blamed);
  }

  private static boolean isAllBack(List<OrderLine> lines) {
    return lines.stream().allMatch(line -> line.units().returned() == line.units().shipped());
  }

  /** What the delivery of returned units cost, and no return gave back yet. */
  private static Money deliveryLeft(List<OrderLine> lines, Collection<Return> earlier) {
    Money cost =
        lines.stream()
            .map(line -> UnitPrices.delivery(line, 0, line.units().returned()))
            .reduce(Money::plus)
            .orElseThrow();
    return earlier.stream()
        .filter(one -> one.worth() != null)
        .map(one -> one.worth().delivery())
        .reduce(cost, Money::minus);
  }

  private static boolean isShopsFault(ReturnReason reason) {
    return switch (reason) {
      case RETURN_REASON_DAMAGED, RETURN_REASON_WRONG_ITEM, RETURN_REASON_NOT_AS_DESCRIBED -> true;
      case RETURN_REASON_UNWANTED, RETURN_REASON_OTHER -> false;
      case RETURN_REASON_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException();
    };
  }

  /** The order's lines with what came in counted. */
  static List<OrderLine> counted(List<OrderLine> lines, List<ReturnLine> received) {
    return lines.stream()
        .map(
            line ->
                line.with(
                    line.units()
                        .giveBack(
                            received.stream()
                                .filter(back -> back.lineNumber() == line.lineNumber())
                                .mapToInt(ReturnLine::received)
                                .sum())))
        .toList();
  }

  static Optional<OrderLine> line(List<OrderLine> lines, int lineNumber) {
    return lines.stream().filter(line -> line.lineNumber() == lineNumber).findFirst();
  }
}
