package dev.emporion.orders;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.emporion.common.v1.ErrorReason;
import dev.emporion.platform.Caller;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Saga.Refused;
import io.grpc.Status.Code;
import java.time.Duration;

/** What changes of orders are refused with. */
final class Refusals {
  private static final Duration RETRY_AFTER = Duration.ofMillis(500);

  private Refusals() {}

  /** The same for an order that is not there and one that is somebody else's. */
  static Failure notFound(String orderId) {
    return Failure.of(
        Code.NOT_FOUND,
        dev.emporion.orders.v1.ErrorReason.ERROR_REASON_ORDER_NOT_FOUND,
        "there is no order " + orderId);
  }

  static Failure busy(Order order) {
    return Failure.of(
            Code.ABORTED,
            dev.emporion.orders.v1.ErrorReason.ERROR_REASON_ORDER_BUSY,
            "another change of order " + order.orderId() + " is under way")
        .retryAfter(RETRY_AFTER);
  }

  /**
   * @param what for instance "cannot be cancelled"
   */
  static Failure wrongState(Order order, String what) {
    return Failure.of(
            Code.FAILED_PRECONDITION,
            dev.emporion.orders.v1.ErrorReason.ERROR_REASON_ORDER_STATE,
            "an order that is " + order.state() + " " + what)
        .meta("state", order.state().name());
  }

  static void requireEtag(Order order, String etag) {
    if (!etag.isEmpty() && !etag.equals(OrderProto.etag(order))) {
      throw Failure.of(
              Code.ABORTED,
              ErrorReason.ERROR_REASON_ETAG_MISMATCH,
              "the order changed since it was read")
          .meta("etag", OrderProto.etag(order));
    }
  }

  /** For what is not the buyers' business. */
  static void requireMerchant() {
    switch (Caller.current().kind()) {
      case MERCHANT, OPERATOR, SERVICE -> {}
      case GUEST, CUSTOMER ->
          throw Failure.of(
              Code.PERMISSION_DENIED,
              ErrorReason.ERROR_REASON_CALLER_NOT_ALLOWED,
              "this is for merchants and operators");
    }
  }

  /**
   * @param available how many there are for this
   */
  static Failure quantityExceeded(int lineNumber, int available) {
    return Failure.of(
            Code.FAILED_PRECONDITION,
            dev.emporion.orders.v1.ErrorReason.ERROR_REASON_QUANTITY_EXCEEDED,
            "line " + lineNumber + " has " + available + " units for this")
        .meta("line_number", Integer.toString(lineNumber))
        .meta("quantity", Integer.toString(available));
  }

  static Failure paymentRefused(String declineCode, String message) {
    return Failure.of(
            Code.FAILED_PRECONDITION,
            dev.emporion.orders.v1.ErrorReason.ERROR_REASON_PAYMENT_REFUSED,
            message)
        .meta("decline_code", declineCode);
  }

  /**
   * @param why what payments said
   */
  static Failure refundRefused(Failure why) {
    return Failure.of(
            Code.FAILED_PRECONDITION,
            dev.emporion.orders.v1.ErrorReason.ERROR_REASON_REFUND_REFUSED,
            "the money could not be given back: " + why.getMessage())
        .meta("decline_code", why.metadata().getOrDefault("decline_code", ""));
  }

  static Failure locationNotFound(String locationId) {
    return Failure.of(
        Code.NOT_FOUND,
        dev.emporion.orders.v1.ErrorReason.ERROR_REASON_LOCATION_NOT_FOUND,
        "there is no location " + locationId);
  }

  /** The step was decided: no; the change goes back and ends with this. */
  static Refused refused(Failure failure) {
    return new Refused(failure.toStatus().toByteArray());
  }

  /** What {@link #refused} or an operator left. */
  static Failure restored(byte[] refusal) {
    try {
      return Failure.restored(com.google.rpc.Status.parseFrom(refusal));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("unreadable refusal", e);
    }
  }
}
