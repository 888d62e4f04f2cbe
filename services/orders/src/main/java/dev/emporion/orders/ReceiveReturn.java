package dev.emporion.orders;

import com.google.protobuf.Parser;
import dev.emporion.orders.History.Return;
import dev.emporion.orders.History.ReturnLine;
import dev.emporion.orders.v1.ReceiveIntent;
import dev.emporion.orders.v1.ReceiveReturnRequest;
import dev.emporion.orders.v1.ReturnState;
import dev.emporion.platform.Ids;
import dev.emporion.platform.Saga.Ask;
import dev.emporion.platform.Saga.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Takes in some or all of a return. What cannot be sold again enters no stock, not even for a
 * moment: it would be promised to the next buyer.
 *
 * <pre>
 *   step        call                              refused by
 *   restock     inventory.AdjustStock by line     LOCATION_NOT_FOUND, which the first one finds
 * </pre>
 */
final class ReceiveReturn implements Change<ReceiveReturnRequest, ReceiveIntent> {
  static final String KIND = "receive-return";

  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final Stock stock;

  ReceiveReturn(Stock stock) {
    this.stock = stock;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Parser<ReceiveIntent> intents() {
    return ReceiveIntent.parser();
  }

  @Override
  public Optional<ReceiveIntent> plan(Order order, ReceiveReturnRequest request) {
    Returning.requireShipped(order);
    Return announced = Returning.find(order, request.getReturnId());
    if (announced.state() != ReturnState.RETURN_STATE_REQUESTED) {
      throw Returning.wrongState(announced, "cannot be received");
    }
    var intent =
        ReceiveIntent.newBuilder()
            .setReturnId(request.getReturnId())
            .setLocationId(request.getLocationId());
    Returning.received(announced, request.getLinesList())
        .forEach(line -> intent.addLines(HistoryProto.line(line)));
    return Optional.of(intent.build());
  }

  @Override
  public List<Step<Work<ReceiveIntent>>> steps() {
    return List.of(Work.step("restock", DEADLINE, this::restock, null));
  }

  private Work<ReceiveIntent> restock(Work<ReceiveIntent> work, Ask ask) {
    for (ReturnLine line : lines(work.intent())) {
      if (line.restocked() > 0) {
        stock.takeBack(
            Returning.line(work.order().lines(), line.lineNumber()).orElseThrow().sku(),
            work.intent().getLocationId(),
            line.restocked(),
            "return " + work.intent().getReturnId(),
            Ids.v5(ask.stepId(), Integer.toString(line.lineNumber())),
            ask);
      }
    }
    return work;
  }

  @Override
  public void apply(Work<ReceiveIntent> work, OrderDraft order, Instant now) {
    History history = work.order().history();
    Return announced = Returning.find(work.order(), work.intent().getReturnId());
    List<ReturnLine> came = lines(work.intent());
    var worth = Returning.worth(order.lines, history.returns(), came);
    order.lines = Returning.counted(order.lines, came);
    order.history = history.with(announced.receive(came, worth, now));
  }

  private static List<ReturnLine> lines(ReceiveIntent intent) {
    return intent.getLinesList().stream().map(StoredHistories::line).toList();
  }
}
