package dev.emporion.orders;

import com.google.protobuf.ProtocolMessageEnum;
import com.google.rpc.PreconditionFailure;
import dev.emporion.carts.v1.Cart;
import dev.emporion.carts.v1.CartLine;
import dev.emporion.carts.v1.CartsServiceGrpc.CartsServiceImplBase;
import dev.emporion.carts.v1.GetCartRequest;
import dev.emporion.carts.v1.GetCartResponse;
import dev.emporion.common.v1.ErrorReason;
import dev.emporion.inventory.v1.InventoryServiceGrpc.InventoryServiceImplBase;
import dev.emporion.inventory.v1.ReleaseReservationRequest;
import dev.emporion.inventory.v1.ReleaseReservationResponse;
import dev.emporion.inventory.v1.ReserveRequest;
import dev.emporion.inventory.v1.ReserveResponse;
import dev.emporion.payments.v1.AuthorizeRequest;
import dev.emporion.payments.v1.AuthorizeResponse;
import dev.emporion.payments.v1.PaymentsServiceGrpc.PaymentsServiceImplBase;
import dev.emporion.payments.v1.VoidRequest;
import dev.emporion.payments.v1.VoidResponse;
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
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The services that orders asks, as small as they can be: every cart that was added exists, every
 * unit costs {@link #unitPrice}, and there is {@link #stock} of everything together.
 */
final class FakeShop {
  final Map<String, Cart> carts = new ConcurrentHashMap<>();
  final AtomicInteger stock = new AtomicInteger(1_000);
  final Map<String, Integer> reserved = new ConcurrentHashMap<>();
  final Map<String, Money> authorized = new ConcurrentHashMap<>();
  final Set<String> tombstones = Collections.synchronizedSet(new LinkedHashSet<>());

  /** What the next calls of these names do instead: a status to fail with, in turn. */
  final Map<String, ConcurrentLinkedDeque<Runnable>> instead = new ConcurrentHashMap<>();

  volatile Money unitPrice = new Money("EUR", 1_000);
  volatile boolean declines;

  List<BindableService> services() {
    return List.of(new Carts(), new Pricing(), new Inventory(), new Payments());
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

  private void before(String rpc) {
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
                .setTotal(cost.toProto()));
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

  private final class Inventory extends InventoryServiceImplBase {
    @Override
    public void reserve(ReserveRequest request, StreamObserver<ReserveResponse> observer) {
      Unary.reply(
          observer,
          () -> {
            before("Reserve");
            take(request);
            before("Reserve answer");
            return ReserveResponse.getDefaultInstance();
          });
    }

    private synchronized void take(ReserveRequest request) {
      if (tombstones.contains(request.getRequestId())) {
        throw refusal(
            Code.FAILED_PRECONDITION,
            dev.emporion.inventory.v1.ErrorReason.ERROR_REASON_RESERVATION_RELEASED);
      }
      int wanted = request.getLinesList().stream().mapToInt(line -> line.getQuantity()).sum();
      if (!reserved.containsKey(request.getRequestId())) {
        if (stock.get() < wanted) {
          throw refusal(
              Code.FAILED_PRECONDITION,
              dev.emporion.inventory.v1.ErrorReason.ERROR_REASON_OUT_OF_STOCK,
              "MUG");
        }
        stock.addAndGet(-wanted);
        reserved.put(request.getRequestId(), wanted);
      }
    }

    @Override
    public void releaseReservation(
        ReleaseReservationRequest request, StreamObserver<ReleaseReservationResponse> observer) {
      Unary.reply(
          observer,
          () -> {
            before("Release");
            tombstones.add(request.getReservationId());
            Integer held = reserved.remove(request.getReservationId());
            stock.addAndGet(held == null ? 0 : held);
            return ReleaseReservationResponse.getDefaultInstance();
          });
    }
  }

  private final class Payments extends PaymentsServiceImplBase {
    @Override
    public void authorize(AuthorizeRequest request, StreamObserver<AuthorizeResponse> observer) {
      Unary.reply(
          observer,
          () -> {
            before("Authorize");
            if (declines) {
              throw refusal(
                  Code.FAILED_PRECONDITION,
                  dev.emporion.payments.v1.ErrorReason.ERROR_REASON_PAYMENT_DECLINED);
            }
            authorized.put(request.getRequestId(), Money.fromProto(request.getAmount(), "amount"));
            before("Authorize answer");
            return AuthorizeResponse.getDefaultInstance();
          });
    }

    @Override
    public void void_(VoidRequest request, StreamObserver<VoidResponse> observer) {
      Unary.reply(
          observer,
          () -> {
            before("Void");
            tombstones.add(request.getPaymentId());
            authorized.remove(request.getPaymentId());
            return VoidResponse.getDefaultInstance();
          });
    }
  }
}
