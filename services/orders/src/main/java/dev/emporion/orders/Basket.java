package dev.emporion.orders;

import com.google.rpc.PreconditionFailure;
import dev.emporion.carts.v1.Cart;
import dev.emporion.carts.v1.CartsServiceGrpc.CartsServiceFutureStub;
import dev.emporion.carts.v1.GetCartRequest;
import dev.emporion.carts.v1.GetCartResponse;
import dev.emporion.common.v1.ErrorReason;
import dev.emporion.orders.v1.PlaceOrderRequest;
import dev.emporion.platform.Caller;
import dev.emporion.platform.Downstream;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Ids;
import dev.emporion.platform.Money;
import dev.emporion.pricing.v1.Destination;
import dev.emporion.pricing.v1.PricingServiceGrpc.PricingServiceBlockingStub;
import dev.emporion.pricing.v1.Quote;
import dev.emporion.pricing.v1.QuoteRequest;
import dev.emporion.pricing.v1.QuoteRequestLine;
import dev.emporion.pricing.v1.QuotedDelivery;
import dev.emporion.pricing.v1.QuotedLine;
import io.grpc.Status.Code;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Makes an order of a cart and its quote, at the price the buyer saw or not at all. It only reads
 * and computes.
 */
final class Basket {
  private final Downstream<CartsServiceFutureStub> carts;
  private final Downstream<PricingServiceBlockingStub> pricing;

  Basket(Downstream<CartsServiceFutureStub> carts, Downstream<PricingServiceBlockingStub> pricing) {
    this.carts = carts;
    this.pricing = pricing;
  }

  /** A cart on its way. */
  @FunctionalInterface
  interface GettingCart extends Supplier<GetCartResponse> {}

  /** Asks for the cart and returns at once: the caller has something to look up meanwhile. */
  GettingCart startGettingCart(String cartId) {
    var request = GetCartRequest.newBuilder().setCartId(cartId).build();
    return carts.start(stub -> stub.getCart(request))::get;
  }

  /** The order that this request means, PENDING. */
  Order order(PlaceOrderRequest request, GettingCart gettingCart, Instant now) {
    Money expected = Money.fromProto(request.getExpectedTotal(), "expected_total");
    Cart cart = cart(request, gettingCart);
    Quote quote = quote(request, cart);
    Money total = Money.fromProto(quote.getTotal());
    if (!total.equals(expected)) {
      throw Failure.of(
              Code.FAILED_PRECONDITION,
              dev.emporion.orders.v1.ErrorReason.ERROR_REASON_PRICE_CHANGED,
              "the total is now " + total + ", not " + expected)
          .with(quote);
    }
    return placed(request, cart, quote, now);
  }

  private static Cart cart(PlaceOrderRequest request, GettingCart gettingCart) {
    Cart cart;
    try {
      cart = gettingCart.get().getCart();
    } catch (Failure refusal) {
      if (refusal.is(dev.emporion.carts.v1.ErrorReason.ERROR_REASON_CART_NOT_FOUND)) {
        throw Failure.of(
            Code.NOT_FOUND,
            dev.emporion.orders.v1.ErrorReason.ERROR_REASON_CART_NOT_FOUND,
            "there is no cart " + request.getCartId());
      }
      throw refusal;
    }
    if (!cart.getEtag().equals(request.getCartEtag())) {
      throw Failure.of(
              Code.ABORTED,
              ErrorReason.ERROR_REASON_ETAG_MISMATCH,
              "the cart changed since the buyer saw it; read it again")
          .meta("etag", cart.getEtag());
    }
    if (cart.getLinesCount() == 0) {
      throw Failure.of(
          Code.FAILED_PRECONDITION,
          dev.emporion.orders.v1.ErrorReason.ERROR_REASON_CART_EMPTY,
          "the cart has no lines");
    }
    return cart;
  }

  private Quote quote(PlaceOrderRequest request, Cart cart) {
    var address = request.getShippingAddress();
    var ask =
        QuoteRequest.newBuilder()
            .setCurrencyCode(cart.getCurrencyCode())
            .setDestination(
                Destination.newBuilder()
                    .setRegionCode(address.getRegionCode())
                    .setAdministrativeArea(address.getAdministrativeArea())
                    .setPostalCode(address.getPostalCode()))
            .setDeliveryOption(request.getDeliveryOption())
            .addAllPromotionCodes(request.getPromotionCodesList());
    cart.getLinesList()
        .forEach(
            line ->
                ask.addLines(
                    QuoteRequestLine.newBuilder()
                        .setSku(line.getSku())
                        .setQuantity(line.getQuantity())));
    try {
      return pricing.call(stub -> stub.quote(ask.build())).getQuote();
    } catch (Failure refusal) {
      throw refusal.code() == Code.FAILED_PRECONDITION || refusal.code() == Code.OUT_OF_RANGE
          ? notOrderable(refusal)
          : refusal;
    }
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
                                .setSubject("cart")
                                .setDescription(refusal.getMessage()))
                        .build());
    return Failure.of(
            Code.FAILED_PRECONDITION,
            dev.emporion.orders.v1.ErrorReason.ERROR_REASON_NOT_ORDERABLE,
            refusal.getMessage())
        .with(why);
  }

  private static Order placed(PlaceOrderRequest request, Cart cart, Quote quote, Instant now) {
    boolean billedElsewhere = request.hasBillingAddress();
    return new Order(
        Ids.newId(),
        1,
        OrderState.PENDING,
        null,
        Caller.current().customerId(),
        request.getEmail(),
        UUID.fromString(cart.getCartId()),
        lines(quote),
        request.getShippingAddress(),
        billedElsewhere ? request.getBillingAddress() : request.getShippingAddress(),
        request.getDeliveryOption(),
        request.getPaymentToken(),
        totals(quote),
        now,
        now);
  }

  private static Order.Totals totals(Quote quote) {
    return new Order.Totals(
        Money.fromProto(quote.getSubtotal()),
        Money.fromProto(quote.getDiscountTotal()),
        Money.fromProto(quote.getDelivery().getPrice()),
        Money.fromProto(quote.getTaxTotal()),
        Money.fromProto(quote.getTotal()),
        quote.getPricesIncludeTax());
  }

  private static List<OrderLine> lines(Quote quote) {
    Money[] shares = deliveryShares(quote);
    var lines = new ArrayList<OrderLine>();
    for (int i = 0; i < quote.getLinesCount(); i++) {
      lines.add(line(i + 1, quote.getLines(i), shares[i]));
    }
    return List.copyOf(lines);
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

  private static OrderLine line(int number, QuotedLine line, Money deliveryShare) {
    return new OrderLine(
        number,
        line.getSku(),
        line.getTitle(),
        line.getQuantity(),
        0,
        0,
        0,
        Money.fromProto(line.getUnitPrice()),
        Money.fromProto(line.getDiscount()),
        Money.fromProto(line.getTax()),
        line.getTaxRate(),
        Money.fromProto(line.getTotal()),
        deliveryShare);
  }
}
