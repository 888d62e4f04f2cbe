package dev.emporion.orders;

import static dev.emporion.orders.Lines.eur;
import static dev.emporion.orders.Lines.line;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.emporion.common.v1.PostalAddress;
import dev.emporion.orders.EditPlan.GivenBack;
import dev.emporion.orders.v1.EditOrderLine;
import dev.emporion.platform.Failure;
import dev.emporion.pricing.v1.Quote;
import dev.emporion.pricing.v1.QuoteRequestLine;
import dev.emporion.pricing.v1.QuotedDelivery;
import dev.emporion.pricing.v1.QuotedLine;
import java.util.List;
import org.junit.jupiter.api.Test;

class EditPlanTest {
  private static final List<OrderLine> LINES =
      List.of(line(1, 3, 900, 0), line(2, 1, 500, 0), line(3, 2, 400, 0));

  @Test
  void linesThatAreNotNamedStayAndTheOthersGiveBackTheDifference() {
    EditPlan plan = EditPlan.of(LINES, List.of(edit(1, 1), edit(2, 0)));

    assertThat(plan.givenBack())
        .containsExactly(new GivenBack("SKU-1", 2), new GivenBack("SKU-2", 1));
    assertThat(quantities(plan)).containsExactly(1, 2);
    assertThat(plan.leavesNothing()).isFalse();
  }

  @Test
  void anEditWithoutLinesKeepsAll() {
    EditPlan plan = EditPlan.of(LINES, List.of());

    assertThat(plan.givenBack()).isEmpty();
    assertThat(quantities(plan)).containsExactly(3, 1, 2);
  }

  @Test
  void removingEveryLineLeavesNothing() {
    EditPlan plan = EditPlan.of(LINES, List.of(edit(1, 0), edit(2, 0), edit(3, 0)));

    assertThat(plan.leavesNothing()).isTrue();
  }

  @Test
  void whatStaysIsQuotedToTheNewAddress() {
    EditPlan plan = EditPlan.of(LINES, List.of(edit(2, 0)));

    var question =
        plan.question(OrderTest.order(), PostalAddress.newBuilder().setRegionCode("AT").build());

    assertThat(question.getCurrencyCode()).isEqualTo("EUR");
    assertThat(question.getDeliveryOption()).isEqualTo("standard");
    assertThat(question.getDestination().getRegionCode()).isEqualTo("AT");
    assertThat(question.getLinesList())
        .extracting(QuoteRequestLine::getSku)
        .containsExactly("SKU-1", "SKU-3");
  }

  @Test
  void newLinesKeepTheirNumbersAndShareTheDelivery() {
    EditPlan plan = EditPlan.of(LINES, List.of(edit(2, 0)));
    var quote =
        Quote.newBuilder()
            .setPricesIncludeTax(true)
            .setDelivery(QuotedDelivery.newBuilder().setPrice(eur(100).toProto()))
            .addLines(quoted("SKU-1", 3, 900))
            .addLines(quoted("SKU-3", 2, 450))
            .build();

    List<OrderLine> lines = plan.lines(quote);

    assertThat(lines).extracting(OrderLine::lineNumber).containsExactly(1, 3);
    assertThat(lines).extracting(line -> line.prices().total()).containsExactly(eur(900), eur(450));
    assertThat(lines)
        .extracting(line -> line.prices().deliveryShare())
        .containsExactly(eur(67), eur(33));
  }

  @Test
  void noLineGrows() {
    assertThatThrownBy(() -> EditPlan.of(LINES, List.of(edit(1, 4))))
        .isInstanceOfSatisfying(
            Failure.class,
            e ->
                assertThat(e.metadata())
                    .containsEntry("line_number", "1")
                    .containsEntry("quantity", "3"));
    assertThatThrownBy(() -> EditPlan.of(LINES, List.of(edit(9, 1)))).isInstanceOf(Failure.class);
    assertThat(EditPlan.of(LINES, List.of(edit(9, 0))).givenBack())
        .as("a line that is gone is removed already")
        .isEmpty();
  }

  private static List<Integer> quantities(EditPlan plan) {
    return plan.kept().stream().map(line -> line.units().quantity()).toList();
  }

  private static QuotedLine quoted(String sku, int quantity, long total) {
    var zero = eur(0).toProto();
    return QuotedLine.newBuilder()
        .setSku(sku)
        .setQuantity(quantity)
        .setUnitPrice(eur(total / quantity).toProto())
        .setDiscount(zero)
        .setTax(zero)
        .setTotal(eur(total).toProto())
        .build();
  }

  private static EditOrderLine edit(int number, int quantity) {
    return EditOrderLine.newBuilder().setLineNumber(number).setQuantity(quantity).build();
  }
}
