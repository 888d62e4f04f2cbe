package dev.emporion.orders;

import dev.emporion.common.v1.PostalAddress;
import dev.emporion.orders.v1.EditOrderLine;
import dev.emporion.pricing.v1.Quote;
import dev.emporion.pricing.v1.QuoteRequest;
import dev.emporion.pricing.v1.QuoteRequestLine;
import java.util.ArrayList;
import java.util.List;

/**
 * What an edit makes of an order of which nothing has left: the lines that stay, under the numbers
 * they have, and the units that are given back. A line that is not named stays as it is.
 */
record EditPlan(List<OrderLine> kept, List<GivenBack> givenBack) {

  /**
   * @param quantity units, above 0
   */
  record GivenBack(String sku, int quantity) {}

  /**
   * @throws dev.emporion.platform.Failure FAILED_PRECONDITION / QUANTITY_EXCEEDED when a line would
   *     grow
   */
  static EditPlan of(List<OrderLine> lines, List<EditOrderLine> edits) {
    for (EditOrderLine edit : edits) {
      int has = lines.stream().filter(line -> isOf(edit, line)).mapToInt(EditPlan::units).sum();
      if (edit.getQuantity() > has) {
        throw Refusals.quantityExceeded(edit.getLineNumber(), has);
      }
    }
    var kept = new ArrayList<OrderLine>();
    var givenBack = new ArrayList<GivenBack>();
    for (OrderLine line : lines) {
      int quantity =
          edits.stream()
              .filter(edit -> isOf(edit, line))
              .mapToInt(EditOrderLine::getQuantity)
              .findFirst()
              .orElse(units(line));
      if (quantity > 0) {
        kept.add(line.with(OrderLine.Units.of(quantity)));
      }
      if (quantity < units(line)) {
        givenBack.add(new GivenBack(line.sku(), units(line) - quantity));
      }
    }
    return new EditPlan(List.copyOf(kept), List.copyOf(givenBack));
  }

  private static boolean isOf(EditOrderLine edit, OrderLine line) {
    return edit.getLineNumber() == line.lineNumber();
  }

  private static int units(OrderLine line) {
    return line.units().quantity();
  }

  boolean leavesNothing() {
    return kept.isEmpty();
  }

  /** What pricing is asked: the lines that stay, to this address. */
  QuoteRequest question(Order order, PostalAddress address) {
    var question =
        QuoteRequest.newBuilder()
            .setCurrencyCode(order.totals().total().currency())
            .setDestination(Quoting.destination(address))
            .setDeliveryOption(order.delivery().option())
            .addAllPromotionCodes(order.buyer().promotionCodes());
    kept.forEach(
        line ->
            question.addLines(
                QuoteRequestLine.newBuilder().setSku(line.sku()).setQuantity(units(line))));
    return question.build();
  }

  /** The lines that stay, at their new prices. */
  List<OrderLine> lines(Quote quote) {
    List<OrderLine.Prices> prices = Quoting.prices(quote);
    var lines = new ArrayList<OrderLine>();
    for (int i = 0; i < kept.size(); i++) {
      lines.add(kept.get(i).with(prices.get(i)));
    }
    return List.copyOf(lines);
  }
}
