package dev.emporion.orders;

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
import dev.emporion.pricing.v1.Quote;
import dev.emporion.pricing.v1.QuoteRequest;
import dev.emporion.pricing.v1.QuoteRequestLine;
import io.grpc.Status.Code;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Makes an order of a cart and its quote, at the price the buyer saw or not at all. It only reads
 * and computes.
 */
final class Basket {
  private final Downstream<CartsServiceFutureStub> carts;
  private final Quoting quoting;
  private final Renewal renewal;

  Basket(Downstream<CartsServiceFutureStub> carts, Quoting quoting, Renewal renewal) {
    this.carts = carts;
    this.quoting = quoting;
    this.renewal = renewal;
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
    Quote quote = quoting.quote(question(request, cart), expected);
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

  private static QuoteRequest question(PlaceOrderRequest request, Cart cart) {
    var question =
        QuoteRequest.newBuilder()
            .setCurrencyCode(cart.getCurrencyCode())
            .setDestination(Quoting.destination(request.getShippingAddress()))
            .setDeliveryOption(request.getDeliveryOption())
            .addAllPromotionCodes(request.getPromotionCodesList());
    cart.getLinesList()
        .forEach(
            line ->
                question.addLines(
                    QuoteRequestLine.newBuilder()
                        .setSku(line.getSku())
                        .setQuantity(line.getQuantity())));
    return question.build();
  }

  private Order placed(PlaceOrderRequest request, Cart cart, Quote quote, Instant now) {
    UUID orderId = Ids.newId();
    Order.Totals totals = Quoting.totals(quote);
    return new Order(
        orderId,
        1,
        OrderState.PENDING,
        null,
        buyer(request),
        UUID.fromString(cart.getCartId()),
        Quoting.lines(quote),
        new Order.Delivery(request.getShippingAddress(), request.getDeliveryOption()),
        paying(request, orderId, totals, now),
        totals,
        History.NONE,
        null,
        now,
        now);
  }

  private static Order.Buyer buyer(PlaceOrderRequest request) {
    return new Order.Buyer(
        Caller.current().customerId(),
        request.getEmail(),
        request.hasBillingAddress() ? request.getBillingAddress() : request.getShippingAddress(),
        List.copyOf(request.getPromotionCodesList()));
  }

  /** What costs nothing has no payment. */
  private Order.Paying paying(
      PlaceOrderRequest request, UUID orderId, Order.Totals totals, Instant now) {
    boolean free = totals.total().minor() == 0;
    return new Order.Paying(
        request.getPaymentToken(),
        free ? null : Order.firstPaymentId(orderId),
        null,
        free ? null : renewal.guess(now));
  }
}
