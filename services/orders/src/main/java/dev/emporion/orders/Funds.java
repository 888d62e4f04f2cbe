package dev.emporion.orders;

import dev.emporion.payments.v1.AuthorizeRequest;
import dev.emporion.payments.v1.CaptureRequest;
import dev.emporion.payments.v1.ErrorReason;
import dev.emporion.payments.v1.Payment;
import dev.emporion.payments.v1.PaymentsServiceGrpc.PaymentsServiceBlockingStub;
import dev.emporion.payments.v1.RefundRequest;
import dev.emporion.payments.v1.VoidRequest;
import dev.emporion.platform.Downstream;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Money;
import dev.emporion.platform.Saga.Ask;
import dev.emporion.platform.Saga.Refused;
import java.util.UUID;

/** What payments holds and takes for an order. The calls are steps of sagas. */
final class Funds {
  private static final String DECLINE_CODE = "decline_code";

  private final Downstream<PaymentsServiceBlockingStub> payments;

  Funds(Downstream<PaymentsServiceBlockingStub> payments) {
    this.payments = payments;
  }

  /** What became of an authorization. */
  sealed interface Answer {
    /** The provider holds it; the payment is named by the step. */
    record Held(Payment payment) implements Answer {}

    /**
     * The provider said no.
     *
     * @param code its reason; may be empty
     */
    record Declined(String code, String message) implements Answer {
      /** In a few words, for {@code payment_problem}. */
      String problem() {
        return code.isEmpty() ? message : code;
      }
    }
  }

  /** Holds an amount above 0 under a payment of the name of the step. */
  Answer authorize(Order order, Money amount, String token, Ask ask) {
    var request =
        AuthorizeRequest.newBuilder()
            .setRequestId(ask.requestId().toString())
            .setOrderId(order.orderId().toString())
            .setAmount(amount.toProto())
            .setPaymentToken(token)
            .build();
    try {
      var answer = payments.within(ask.deadline()).call(stub -> stub.authorize(request));
      return new Answer.Held(answer.getPayment());
    } catch (Failure failure) {
      if (failure.is(ErrorReason.ERROR_REASON_PAYMENT_DECLINED)) {
        return new Answer.Declined(code(failure), failure.getMessage());
      }
      throw failure;
    }
  }

  /**
   * Takes some of what a payment holds.
   *
   * @return the payment as it is now
   * @throws Refused PAYMENT_REFUSED: it cannot be taken
   */
  Payment capture(UUID paymentId, Money amount, Ask ask) {
    var request =
        CaptureRequest.newBuilder()
            .setRequestId(ask.requestId().toString())
            .setPaymentId(paymentId.toString())
            .setAmount(amount.toProto())
            .build();
    try {
      return payments.within(ask.deadline()).call(stub -> stub.capture(request)).getPayment();
    } catch (Failure failure) {
      if (failure.is(ErrorReason.ERROR_REASON_CAPTURE_REFUSED)
          || failure.is(ErrorReason.ERROR_REASON_PAYMENT_STATE)) {
        throw Refusals.refused(
            Refusals.paymentRefused(
                code(failure), "the money could not be taken: " + failure.getMessage()));
      }
      throw failure;
    }
  }

  /** Gives back money that was taken. */
  void refund(RefundPlan.Part part, String reason, UUID requestId, Ask ask) {
    var request =
        RefundRequest.newBuilder()
            .setRequestId(requestId.toString())
            .setPaymentId(part.paymentId().toString())
            .setAmount(part.amount().toProto())
            .setReason(reason)
            .build();
    payments.within(ask.deadline()).call(stub -> stub.refund(request));
  }

  /** Whether the provider would not, for good. */
  static boolean isRefundRefused(Failure failure) {
    return failure.is(ErrorReason.ERROR_REASON_REFUND_REFUSED);
  }

  /** Whether it is more than payments knows to have been taken. */
  static boolean isTooMuch(Failure failure) {
    return failure.is(ErrorReason.ERROR_REASON_AMOUNT_EXCEEDED);
  }

  /** Gives back the money that is held, and makes sure that a late Authorize holds none. */
  void giveUp(UUID paymentId, Ask ask) {
    var request =
        VoidRequest.newBuilder()
            .setRequestId(ask.requestId().toString())
            .setPaymentId(paymentId.toString())
            .build();
    payments.within(ask.deadline()).call(stub -> stub.void_(request));
  }

  private static String code(Failure failure) {
    return failure.metadata().getOrDefault(DECLINE_CODE, "");
  }
}
