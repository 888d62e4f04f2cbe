package dev.emporion.payments;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import dev.emporion.payments.PaymentStore.Entry;
import dev.emporion.payments.v1.LedgerEntry;
import dev.emporion.payments.v1.PaymentBooks;
import dev.emporion.payments.v1.PaymentEvent;
import dev.emporion.payments.v1.PaymentState;
import dev.emporion.platform.Money;
import java.time.Instant;

/** Proto to domain and back. */
final class PaymentProto {
  private PaymentProto() {}

  static dev.emporion.payments.v1.Payment payment(Payment payment) {
    var proto =
        dev.emporion.payments.v1.Payment.newBuilder()
            .setPaymentId(payment.id().toString())
            .setState(state(payment.state()))
            .setProvider(payment.provider())
            .setProviderReference(payment.reference())
            .setDeclineCode(payment.declineCode())
            .setCreateTime(timestamp(payment.createTime()))
            .setUpdateTime(timestamp(payment.updateTime()));
    if (!payment.isTombstone()) {
      String currency = payment.amount().currency();
      proto
          .setOrderId(payment.orderId().toString())
          .setAmount(payment.amount().toProto())
          .setCapturedAmount(new Money(currency, payment.sums().captured()).toProto())
          .setRefundedAmount(new Money(currency, payment.sums().refunded()).toProto());
    }
    if (payment.isHeld() && payment.expireTime() != null) {
      proto.setExpireTime(timestamp(payment.expireTime()));
    }
    return proto.build();
  }

  static PaymentBooks books(Payment payment, Instant now) {
    return PaymentBooks.newBuilder()
        .setPayment(payment(payment))
        .setAuthorizationKey(payment.authorizationKey())
        .setInFlight(payment.isInFlight(now))
        .build();
  }

  static PaymentEvent event(Payment payment) {
    return PaymentEvent.newBuilder()
        .setSequence(payment.sequence())
        .setOccurTime(timestamp(payment.updateTime()))
        .setPayment(payment(payment))
        .build();
  }

  /** The answer that an operation saved. */
  static dev.emporion.payments.v1.Payment answer(byte[] bytes) {
    try {
      return dev.emporion.payments.v1.Payment.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("unreadable answer", e);
    }
  }

  static LedgerEntry entry(Entry entry) {
    return LedgerEntry.newBuilder()
        .setEntryId(entry.entryId().toString())
        .setTransactionId(entry.transactionId().toString())
        .setAccount(entry.account())
        .setAmount(entry.amount().toProto())
        .setPaymentId(entry.paymentId().toString())
        .setOrderId(entry.orderId().toString())
        .setKind(entry.kind())
        .setCreateTime(timestamp(entry.createTime()))
        .build();
  }

  private static PaymentState state(Payment.State state) {
    return switch (state) {
      case PENDING -> PaymentState.PAYMENT_STATE_PENDING;
      case AUTHORIZED -> PaymentState.PAYMENT_STATE_AUTHORIZED;
      case DECLINED -> PaymentState.PAYMENT_STATE_DECLINED;
      case CAPTURED -> PaymentState.PAYMENT_STATE_CAPTURED;
      case VOIDED -> PaymentState.PAYMENT_STATE_VOIDED;
    };
  }

  private static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }
}
