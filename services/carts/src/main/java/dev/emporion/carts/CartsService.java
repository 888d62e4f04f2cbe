package dev.emporion.carts;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.emporion.carts.v1.AddCartLineRequest;
import dev.emporion.carts.v1.AddCartLineResponse;
import dev.emporion.carts.v1.CartsServiceGrpc;
import dev.emporion.carts.v1.CreateCartRequest;
import dev.emporion.carts.v1.CreateCartResponse;
import dev.emporion.carts.v1.ErrorReason;
import dev.emporion.carts.v1.GetCartRequest;
import dev.emporion.carts.v1.GetCartResponse;
import dev.emporion.carts.v1.MergeCartsRequest;
import dev.emporion.carts.v1.MergeCartsResponse;
import dev.emporion.carts.v1.RemoveCartLineRequest;
import dev.emporion.carts.v1.RemoveCartLineResponse;
import dev.emporion.carts.v1.UpdateCartLineRequest;
import dev.emporion.carts.v1.UpdateCartLineResponse;
import dev.emporion.platform.Attempt;
import dev.emporion.platform.Caller;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Idempotent;
import dev.emporion.platform.Ids;
import dev.emporion.platform.Money;
import dev.emporion.platform.Unary;
import io.grpc.Status.Code;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;

/** The RPCs. */
final class CartsService extends CartsServiceGrpc.CartsServiceImplBase {
  /** The insert waits for a twin that makes the same cart, and the next look finds what it made. */
  private static final int CREATE_ATTEMPTS = 3;

  private final CartStore store;
  private final BusyCartStore busy;

  CartsService(CartStore store, BusyCartStore busy) {
    this.store = store;
    this.busy = busy;
  }

  @Override
  public void createCart(CreateCartRequest request, StreamObserver<CreateCartResponse> observer) {
    Unary.reply(
        observer,
        () -> CreateCartResponse.newBuilder().setCart(CartProto.toProto(created(request))).build());
  }

  @Override
  public void getCart(GetCartRequest request, StreamObserver<GetCartResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          Cart cart = visible(busy.find(cartId(request.getCartId())), request.getCartId());
          return GetCartResponse.newBuilder().setCart(CartProto.toProto(cart)).build();
        });
  }

  @Override
  public void addCartLine(
      AddCartLineRequest request, StreamObserver<AddCartLineResponse> observer) {
    Unary.reply(
        observer,
        () ->
            change(
                Claim.of(CartsServiceGrpc.getAddCartLineMethod(), request),
                request.getCartId(),
                request.getEtag(),
                (cart, moment) -> cart.add(CartProto.line(request.getLine()), moment),
                cart -> AddCartLineResponse.newBuilder().setCart(cart).build(),
                AddCartLineResponse.parser()));
  }

  @Override
  public void updateCartLine(
      UpdateCartLineRequest request, StreamObserver<UpdateCartLineResponse> observer) {
    Unary.reply(
        observer,
        () ->
            change(
                Claim.of(CartsServiceGrpc.getUpdateCartLineMethod(), request),
                request.getCartId(),
                request.getEtag(),
                (cart, moment) ->
                    cart.update(new Cart.Line(request.getSku(), request.getQuantity()), moment),
                cart -> UpdateCartLineResponse.newBuilder().setCart(cart).build(),
                UpdateCartLineResponse.parser()));
  }

  @Override
  public void removeCartLine(
      RemoveCartLineRequest request, StreamObserver<RemoveCartLineResponse> observer) {
    Unary.reply(
        observer,
        () ->
            change(
                Claim.of(CartsServiceGrpc.getRemoveCartLineMethod(), request),
                request.getCartId(),
                request.getEtag(),
                (cart, moment) -> cart.remove(request.getSku(), moment),
                cart -> RemoveCartLineResponse.newBuilder().setCart(cart).build(),
                RemoveCartLineResponse.parser()));
  }

  @Override
  public void mergeCarts(MergeCartsRequest request, StreamObserver<MergeCartsResponse> observer) {
    requireCustomer();
    Claim claim = Claim.of(CartsServiceGrpc.getMergeCartsMethod(), request);
    Unary.reply(
        observer,
        () -> Idempotent.write(claim, MergeCartsResponse.parser(), () -> merge(claim, request)));
  }

  private Cart created(CreateCartRequest request) {
    Money.requireCurrency(request.getCurrencyCode(), "currency_code");
    Claim claim = Claim.of(CartsServiceGrpc.getCreateCartMethod(), request);
    Cart cart =
        Cart.first(
            Ids.newId(),
            Caller.current().customerId(),
            request.getCurrencyCode(),
            CartProto.lines(request.getLinesList()));
    for (int i = 0; i < CREATE_ATTEMPTS; i++) {
      Optional<Cart> made = busy.create(claim, cart);
      if (made.isPresent()) {
        return made.get();
      }
    }
    throw new IllegalStateException("neither made nor found: " + claim);
  }

  /** One round trip to look, one to save; again if somebody was faster. */
  private <A extends Message> A change(
      Claim claim,
      String id,
      String etag,
      BiFunction<Cart, Cart.Moment, Cart> transition,
      Function<dev.emporion.carts.v1.Cart, A> toAnswer,
      Parser<A> parser) {
    UUID cartId = cartId(id);
    return Idempotent.write(
        claim,
        parser,
        () -> {
          CartStore.Loaded loaded = store.load(claim, List.of(cartId));
          if (loaded.saved() != null) {
            return Attempt.replay(loaded.saved());
          }
          Cart cart = visible(loaded.cart(cartId), id);
          requireEtag(etag, cart);
          Cart next = transition.apply(cart, loaded.moment());
          A answer = toAnswer.apply(CartProto.toProto(next));
          return Attempt.saved(store.save(claim, next, answer), answer);
        });
  }

  private Attempt<MergeCartsResponse> merge(Claim claim, MergeCartsRequest request) {
    UUID cartId = cartId(request.getCartId());
    UUID guestCartId = Ids.parse("guest_cart_id", request.getGuestCartId());
    CartStore.Loaded loaded = store.load(claim, List.of(cartId, guestCartId));
    if (loaded.saved() != null) {
      return Attempt.replay(loaded.saved());
    }
    String customer = Caller.current().id();
    Cart cart =
        loaded
            .cart(cartId)
            .filter(found -> customer.equals(found.customerId()))
            .orElseThrow(() -> notFound(request.getCartId()));
    Cart guest =
        loaded
            .cart(guestCartId)
            .filter(found -> found.customerId() == null)
            .orElseThrow(() -> notFound(request.getGuestCartId()));
    Cart next = cart.merge(guest, loaded.moment());
    var answer = MergeCartsResponse.newBuilder().setCart(CartProto.toProto(next)).build();
    return Attempt.saved(store.saveMerged(claim, next, guest, answer), answer);
  }

  private static UUID cartId(String id) {
    return Ids.parse("cart_id", id);
  }

  private static Cart visible(Optional<Cart> cart, String id) {
    return cart.filter(found -> Caller.current().maySee(found.customerId()))
        .orElseThrow(() -> notFound(id));
  }

  private static Failure notFound(String id) {
    return Failure.of(
            Code.NOT_FOUND, ErrorReason.ERROR_REASON_CART_NOT_FOUND, "no cart of yours is " + id)
        .meta("cart_id", id);
  }

  private static void requireEtag(String etag, Cart cart) {
    if (!etag.isEmpty() && !etag.equals(cart.etag())) {
      throw Failure.of(
          Code.ABORTED,
          dev.emporion.common.v1.ErrorReason.ERROR_REASON_ETAG_MISMATCH,
          "the cart changed since it was read");
    }
  }

  /** Before the look-up of the claim, because a claim of anyone else cannot have been saved. */
  private static void requireCustomer() {
    if (Caller.current().kind() != Caller.Kind.CUSTOMER) {
      throw Failure.of(
          Code.PERMISSION_DENIED,
          dev.emporion.common.v1.ErrorReason.ERROR_REASON_CALLER_NOT_ALLOWED,
          "only a customer merges carts");
    }
  }
}
