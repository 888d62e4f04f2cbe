package dev.emporion.orders;

import com.google.rpc.PreconditionFailure;
import dev.emporion.common.v1.PostalAddress;
import dev.emporion.orders.v1.ErrorReason;
import dev.emporion.platform.Downstream;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Money;
import dev.emporion.pricing.v1.Destination;
import dev.emporion.pricing.v1.PricingServiceGrpc.PricingServiceBlockingStub;
import dev.emporion.pricing.v1.Quote;
import dev.emporion.pricing.v1.QuoteRequest;
import dev.emporion.pricing.v1.QuotedDelivery;
import dev.emporion.pricing.v1.QuotedLine;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.List;

/**
 * What lines cost now, at the total the buyer saw or not at all, and the lines and totals that an
 * order gets of it. It only reads and computes.
 */
final class Quoting {
  private final Downstream<PricingServiceBlockingStub> pricing;

  Quoting(Downstream<PricingServiceBlockingStub> pricing) {
    this.pricing = pricing;
  }

  /**
   * Asks pricing.
   *
   * @throws Failure FAILED_PRECONDITION / NOT_ORDERABLE when it refuses, FAILED_PRECONDITION /
   *     PRICE_CHANGED with the quote when its total is not the expected one
   */
  Quote quote(QuoteRequest request, Money expectedTotal) {
    Quote quote;
    try {
      quote = pricing.call(stub -> stub.quote(request)).getQuote();
    } catch (Failure refusal) {
      throw refusal.code() == Code.FAILED_PRECONDITION || refusal.code() == Code.OUT_OF_RANGE
          ? notOrderable(refusal)
          : refusal;
    }
    Money total = Money.fromProto(quote.getTotal());
    if (!total.equals(expectedTotal)) {
      throw Failure.of(
              Code.FAILED_PRECONDITION,
              ErrorReason.ERROR_REASON_PRICE_CHANGED,
              "the total is now " + total + ", not " + expectedTotal)
          .with(quote);
    }
    return quote;
  }

  private static Failure notOrderable(Failure refusal) {
    var why =
        refusal
            .detail(PreconditionFailure.class)
            .orElseGet(
                () ->
                    PreconditionFailure.newBuilder()
                        .addViolations(
                            PreconditionFailure.Violation.newBuilder()
                                .setType(refusal.reason())
                                .setSubject("lines")
                                .setDescription(refusal.getMessage()))
                        .build());
    return Failure.of(
            Code.FAILED_PRECONDITION, ErrorReason.ERROR_REASON_NOT_ORDERABLE, refusal.getMessage())
        .with(why);
  }

  /** An address as far as prices depend on it. */
  static Destination destination(PostalAddress address) {
    return Destination.newBuilder()
        .setRegionCode(address.getRegionCode())
        .setAdministrativeArea(address.getAdministrativeArea())
        .setPostalCode(address.getPostalCode())
        .build();
  }

  static Order.Totals totals(Quote quote) {
    return new Order.Totals(
        Money.fromProto(quote.getSubtotal()),
        Money.fromProto(quote.getDiscountTotal()),
        Money.fromProto(quote.getDelivery().getPrice()),
        Money.fromProto(quote.getTaxTotal()),
        Money.fromProto(quote.getTotal()),
        quote.getPricesIncludeTax());
  }

  /** The quoted lines as a new order's, numbered from 1. */
  static List<OrderLine> lines(Quote quote) {
    List<OrderLine.Prices> prices = prices(quote);
    var lines = new ArrayList<OrderLine>();
    for (int i = 0; i < prices.size(); i++) {
      QuotedLine line = quote.getLines(i);
      lines.add(
          new OrderLine(
              i + 1,
              line.getSku(),
              line.getTitle(),
              OrderLine.Units.of(line.getQuantity()),
              prices.get(i),
              line.getAllowBackorder()));
    }
    return List.copyOf(lines);
  }

  /** What the quoted lines cost, each with its share of the delivery. */
  static List<OrderLine.Prices> prices(Quote quote) {
    Money[] shares = deliveryShares(quote);
    var prices = new ArrayList<OrderLine.Prices>();
    for (int i = 0; i < shares.length; i++) {
      QuotedLine line = quote.getLines(i);
      prices.add(
          new OrderLine.Prices(
              Money.fromProto(line.getUnitPrice()),
              Money.fromProto(line.getDiscount()),
              Money.fromProto(line.getTax()),
              line.getTaxRate(),
              Money.fromProto(line.getTotal()),
              shares[i]));
    }
    return List.copyOf(prices);
  }

  /** What delivery costs the buyer, tax and all, over the lines in proportion to their totals. */
  private static Money[] deliveryShares(Quote quote) {
    QuotedDelivery delivery = quote.getDelivery();
    Money price = Money.fromProto(delivery.getPrice());
    Money cost =
        quote.getPricesIncludeTax() ? price : price.plus(Money.fromProto(delivery.getTax()));
    return cost.allocate(
        quote.getLinesList().stream()
            .mapToLong(line -> Money.fromProto(line.getTotal()).minor())
            .toArray());
  }
}
