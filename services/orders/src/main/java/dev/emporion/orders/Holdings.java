package dev.emporion.orders;

import com.google.rpc.PreconditionFailure;
import dev.emporion.inventory.v1.InventoryServiceGrpc.InventoryServiceBlockingStub;
import dev.emporion.inventory.v1.ReleaseReservationRequest;
import dev.emporion.inventory.v1.ReserveLine;
import dev.emporion.inventory.v1.ReserveRequest;
import dev.emporion.orders.v1.Rejection;
import dev.emporion.orders.v1.RejectionReason;
import dev.emporion.payments.v1.AuthorizeRequest;
import dev.emporion.payments.v1.PaymentsServiceGrpc.PaymentsServiceBlockingStub;
import dev.emporion.payments.v1.VoidRequest;
import dev.emporion.platform.Downstream;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Saga.Ask;
import dev.emporion.platform.Saga.Refused;
import java.util.UUID;

/**
 * What other services hold for an order: stock in inventory, money in payments. The calls are steps
 * of sagas: safe to repeat, and a no that is decided is {@link Refused} with the {@link Rejection}.
 */
final class Holdings {
  private final Downstream<InventoryServiceBlockingStub> inventory;
  private final Downstream<PaymentsServiceBlockingStub> payments;

  Holdings(
      Downstream<InventoryServiceBlockingStub> inventory,
      Downstream<PaymentsServiceBlockingStub> payments) {
    this.inventory = inventory;
    this.payments = payments;
  }

  /** Reserves all lines or none. */
  void reserve(Order order, Ask ask) {
    var request =
        ReserveRequest.newBuilder()
            .setRequestId(ask.requestId().toString())
            .setOrderId(order.orderId().toString());
    for (OrderLine line : order.lines()) {
      request.addLines(ReserveLine.newBuilder().setSku(line.sku()).setQuantity(line.quantity()));
    }
    try {
      inventory.within(ask.deadline()).call(stub -> stub.reserve(request.build()));
    } catch (Failure failure) {
      throw failure.is(dev.emporion.inventory.v1.ErrorReason.ERROR_REASON_OUT_OF_STOCK)
          ? new Refused(outOfStock(failure).toByteArray())
          : failure;
    }
  }

  /** Gives back the stock, and makes sure that a late Reserve takes none. */
  void release(UUID reservationId, Ask ask) {
    var request =
        ReleaseReservationRequest.newBuilder()
            .setRequestId(ask.requestId().toString())
            .setReservationId(reservationId.toString())
            .build();
    inventory.within(ask.deadline()).call(stub -> stub.releaseReservation(request));
  }

  /** Holds the order's total, if there is anything to pay. */
  void authorize(Order order, Ask ask) {
    if (order.isFree()) {
      return;
    }
    var request =
        AuthorizeRequest.newBuilder()
            .setRequestId(ask.requestId().toString())
            .setOrderId(order.orderId().toString())
            .setAmount(order.totals().total().toProto())
            .setPaymentToken(order.paymentToken())
            .build();
    try {
      payments.within(ask.deadline()).call(stub -> stub.authorize(request));
    } catch (Failure failure) {
      throw failure.is(dev.emporion.payments.v1.ErrorReason.ERROR_REASON_PAYMENT_DECLINED)
          ? new Refused(declined(failure).toByteArray())
          : failure;
    }
  }

  /** Gives back the money, and makes sure that a late Authorize holds none. */
  void voidPayment(Order order, UUID paymentId, Ask ask) {
    if (order.isFree()) {
      return;
    }
    var request =
        VoidRequest.newBuilder()
            .setRequestId(ask.requestId().toString())
            .setPaymentId(paymentId.toString())
            .build();
    payments.within(ask.deadline()).call(stub -> stub.void_(request));
  }

  private static Rejection outOfStock(Failure failure) {
    var rejection =
        Rejection.newBuilder()
            .setReason(RejectionReason.REJECTION_REASON_OUT_OF_STOCK)
            .setMessage("not everything is in stock");
    failure.detail(PreconditionFailure.class).stream()
        .flatMap(detail -> detail.getViolationsList().stream())
        .forEach(shortage -> rejection.addSkus(shortage.getSubject()));
    return rejection.build();
  }

  private static Rejection declined(Failure failure) {
    return Rejection.newBuilder()
        .setReason(RejectionReason.REJECTION_REASON_PAYMENT_DECLINED)
        .setMessage(failure.getMessage())
        .build();
  }
}
