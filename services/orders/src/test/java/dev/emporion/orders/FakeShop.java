package dev.emporion.orders;

import com.google.protobuf.ProtocolMessageEnum;
import com.google.rpc.PreconditionFailure;
import dev.emporion.carts.v1.Cart;
import dev.emporion.carts.v1.CartLine;
import dev.emporion.carts.v1.CartsServiceGrpc.CartsServiceImplBase;
import dev.emporion.carts.v1.GetCartRequest;
import dev.emporion.carts.v1.GetCartResponse;
import dev.emporion.common.v1.ErrorReason;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Money;
import dev.emporion.platform.Unary;
import dev.emporion.pricing.v1.PricingServiceGrpc.PricingServiceImplBase;
import dev.emporion.pricing.v1.Quote;
import dev.emporion.pricing.v1.QuoteRequest;
import dev.emporion.pricing.v1.QuoteResponse;
import dev.emporion.pricing.v1.QuotedDelivery;
import dev.emporion.pricing.v1.QuotedLine;
import io.grpc.BindableService;
import io.grpc.Status.Code;
import io.grpc.stub.StreamObserver;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The services that orders asks, as small as they can be: every cart that was added exists, every
 * unit costs {@link #unitPrice}, and there is {@link #stock} of everything together.
 */
final class FakeShop {
  final Map<String, Cart> carts = new ConcurrentHashMap<>();
  final AtomicInteger stock = new AtomicInteger(1_000);
  final Map<String, Integer> reserved = new ConcurrentHashMap<>();
  final FakePayments payments = new FakePayments(this);
  final Map<String, Money> authorized = payments.authorized;
  final Map<String, String> shipments = new ConcurrentHashMap<>();

  /** Units of a SKU that are reserved at the annex, before any at the main location. */
  final Map<String, Integer> atAnnex = new ConcurrentHashMap<>();

  /** Units of a SKU that are promised and not there yet. */
  final Map<String, Integer> backordered = new ConcurrentHashMap<>();

  /** What was put into stock, by request: {@code MUG+2@berlin}. */
  final Map<String, String> adjusted = new ConcurrentHashMap<>();

  final Set<String> tombstones = Collections.synchronizedSet(new LinkedHashSet<>());

  /** What the next calls of these names do instead: a status to fail with, in turn. */
  final Map<String, ConcurrentLinkedDeque<Runnable>> instead = new ConcurrentHashMap<>();

  volatile Money unitPrice = new Money("EUR", 1_000);
  volatile boolean declines;
  volatile boolean backorders;

  List<BindableService> services() {
    return List.of(
        new Carts(), new Pricing(), new FakeInventory(this), payments, new FakeShipping(this));
  }

  /** Runs before the next call of this RPC; what it throws is the answer. */
  void next(String rpc, Runnable behavior) {
    instead.computeIfAbsent(rpc, name -> new ConcurrentLinkedDeque<>()).add(behavior);
  }

  Cart addCart(String cartId, int quantity) {
    var cart =
        Cart.newBuilder()
            .setCartId(cartId)
            .setCurrencyCode("EUR")
            .setEtag("c1")
            .addLines(CartLine.newBuilder().setSku("MUG").setQuantity(quantity))
            .addLines(CartLine.newBuilder().setSku("TEA").setQuantity(1))
            .build();
    carts.put(cartId, cart);
    return cart;
  }

  /** What a cart of these units costs: two lines and a delivery of one unit's price. */
  Money total(int quantity) {
    return unitPrice.times(quantity + 2L);
  }

  void before(String rpc) {
    var waiting = instead.get(rpc);
    Runnable behavior = waiting == null ? null : waiting.poll();
    if (behavior != null) {
      behavior.run();
    }
  }

  static Failure refusal(Code code, ProtocolMessageEnum reason, String... subjects) {
    var violations = PreconditionFailure.newBuilder();
    for (String subject : subjects) {
      violations.addViolations(
          PreconditionFailure.Violation.newBuilder().setType("TEST").setSubject(subject));
    }
    return Failure.of(code, reason, "refused").with(violations.build());
  }

  static void fail() {
    throw unavailable();
  }

  static void await(CountDownLatch gate) {
    try {
      gate.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Refuses the call with a decline code. */
  static Runnable refusing(ProtocolMessageEnum reason) {
    return () -> {
      throw refusal(Code.FAILED_PRECONDITION, reason).meta("decline_code", "test");
    };
  }

  static Failure unavailable() {
    return Failure.of(Code.UNAVAILABLE, ErrorReason.ERROR_REASON_DATABASE_UNAVAILABLE, "away");
  }

  private final class Carts extends CartsServiceImplBase {
    @Override
    public void getCart(GetCartRequest request, StreamObserver<GetCartResponse> observer) {
      Unary.reply(
          observer,
          () -> {
            before("GetCart");
            Cart cart = carts.get(request.getCartId());
            if (cart == null) {
              throw refusal(
                  Code.NOT_FOUND, dev.emporion.carts.v1.ErrorReason.ERROR_REASON_CART_NOT_FOUND);
            }
            return GetCartResponse.newBuilder().setCart(cart).build();
          });
    }
  }

  private final class Pricing extends PricingServiceImplBase {
    @Override
    public void quote(QuoteRequest request, StreamObserver<QuoteResponse> observer) {
      Unary.reply(
          observer,
          () -> {
            before("Quote");
            return QuoteResponse.newBuilder().setQuote(quote(request)).build();
          });
    }

    private Quote quote(QuoteRequest request) {
      var zero = Money.zero("EUR").toProto();
      var subtotal = Money.zero("EUR");
      var quote = Quote.newBuilder().setCurrencyCode("EUR").setPricesIncludeTax(true);
      for (var line : request.getLinesList()) {
        Money cost = unitPrice.times(line.getQuantity());
        subtotal = subtotal.plus(cost);
        quote.addLines(
            QuotedLine.newBuilder()
                .setSku(line.getSku())
                .setTitle(line.getSku())
                .setQuantity(line.getQuantity())
                .setUnitPrice(unitPrice.toProto())
                .setSubtotal(cost.toProto())
                .setDiscount(zero)
                .setTax(zero)
                .setTaxRate("0.19")
                .setTotal(cost.toProto())
                .setAllowBackorder(backorders));
      }
      return quote
          .setSubtotal(subtotal.toProto())
          .setDiscountTotal(zero)
          .setTaxTotal(zero)
          .setDelivery(QuotedDelivery.newBuilder().setPrice(unitPrice.toProto()).setTax(zero))
          .setTotal(subtotal.plus(unitPrice).toProto())
          .build();
    }
  }
}
