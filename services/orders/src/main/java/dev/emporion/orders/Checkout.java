package dev.emporion.orders;

import dev.emporion.orders.v1.ErrorReason;
import dev.emporion.orders.v1.OrdersServiceGrpc;
import dev.emporion.orders.v1.PlaceOrderRequest;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Lease;
import dev.emporion.platform.Log;
import dev.emporion.platform.Saga;
import dev.emporion.platform.SagaRunner;
import io.grpc.Status.Code;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * PlaceOrder: one order a request id and a cart, however often and from wherever it is asked for.
 */
final class Checkout {
  private static final String RPC = OrdersServiceGrpc.getPlaceOrderMethod().getFullMethodName();

  private final Basket basket;
  private final OrderStore store;
  private final CheckoutStore checkouts;
  private final SagaRunner sagas;
  private final Saga<Order> saga;
  private final OrderWaiters waiters;
  private final InstantSource clock;

  Checkout(
      Basket basket,
      OrderStore store,
      CheckoutStore checkouts,
      SagaRunner sagas,
      Saga<Order> saga,
      OrderWaiters waiters,
      InstantSource clock) {
    this.basket = basket;
    this.store = store;
    this.checkouts = checkouts;
    this.sagas = sagas;
    this.saga = saga;
    this.waiters = waiters;
    this.clock = clock;
  }

  /**
   * The order of this request, new or not, CONFIRMED or REJECTED if the caller has the patience.
   */
  Order place(PlaceOrderRequest request) {
    Claim claim = Claim.of(RPC, request);
    var gettingCart = basket.startGettingCart(request.getCartId());
    return known(claim).orElseGet(() -> placeNew(request, claim, gettingCart));
  }

  /** The order that an earlier one of this request made, which decides before anything else. */
  private Optional<Order> known(Claim claim) {
    return checkouts
        .findByRequest(claim)
        .map(
            found -> {
              claim.requireSamePayload(found.requestHash());
              Order order = found.order();
              // Beyond its second version it may have a history, which was not read.
              return order.isMoving() || order.version() > 2 ? settled(order) : order;
            });
  }

  private Order placeNew(PlaceOrderRequest request, Claim claim, Basket.GettingCart gettingCart) {
    Order order;
    try {
      order = basket.order(request, gettingCart, clock.instant());
      sagas.requireCapacity();
    } catch (Failure refusal) {
      // A twin may have placed it since the look-up; then its order is the true answer.
      return known(claim).orElseThrow(() -> refusal);
    }
    Log.note("order_id", order.orderId().toString());
    Lease lease = sagas.newLease(order.orderId(), saga.kind());
    return switch (checkouts.place(order, claim, lease, sagas)) {
      case NEW -> await(order, sagas.start(saga, lease, order));
      case CONFLICT -> known(claim).orElseThrow(() -> cartTaken(order));
    };
  }

  private Order await(Order order, CompletableFuture<Order> end) {
    try {
      return end.get(waiters.patience().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return order;
    } catch (ExecutionException e) {
      // Taken over by another instance, or parked: the order is there and tells how it stands.
      return settled(order);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return order;
    }
  }

  private Order settled(Order order) {
    return waiters.settled(order.orderId(), () -> store.find(order.orderId()).orElseThrow());
  }

  private Failure cartTaken(Order order) {
    var failure =
        Failure.of(
            Code.FAILED_PRECONDITION,
            ErrorReason.ERROR_REASON_CART_ALREADY_ORDERED,
            "there is an order for cart " + order.cartId() + " already");
    return store
        .findByCart(order.cartId())
        .map(other -> failure.meta("order_id", other.orderId().toString()))
        .orElse(failure);
  }
}
