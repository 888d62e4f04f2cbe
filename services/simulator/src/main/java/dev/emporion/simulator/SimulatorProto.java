package dev.emporion.simulator;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.emporion.platform.Money;
import dev.emporion.simulator.v1.Authorization;
import dev.emporion.simulator.v1.AuthorizationState;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;

/** Proto to domain and back. */
final class SimulatorProto {
  private static final String ID_PREFIX = "auth_";

  private SimulatorProto() {}

  static Authorization authorization(String journalId, Hold hold) {
    String currency = hold.amount().currency();
    var proto =
        Authorization.newBuilder()
            .setAuthorizationId(ID_PREFIX + journalId + "_" + hold.number())
            .setIdempotencyKey(hold.key())
            .setMerchantReference(hold.reference())
            .setState(state(hold.state()))
            .setAmount(hold.amount().toProto())
            .setCapturedAmount(new Money(currency, hold.capturedMinor()).toProto())
            .setRefundedAmount(new Money(currency, hold.refundedMinor()).toProto())
            .setDeclineCode(hold.declineCode())
            .setCreateTime(timestamp(hold.createTime()));
    if (hold.state() != Hold.State.DECLINED) {
      proto.setExpireTime(timestamp(hold.expireTime()));
    }
    return proto.build();
  }

  static Hold hold(Authorization proto) {
    String id = proto.getAuthorizationId();
    Instant createTime = instant(proto.getCreateTime());
    return new Hold(
        Long.parseLong(id.substring(id.lastIndexOf('_') + 1)),
        proto.getIdempotencyKey(),
        proto.getMerchantReference(),
        money(proto.getAmount()),
        Money.fromProto(proto.getCapturedAmount()).minor(),
        Money.fromProto(proto.getRefundedAmount()).minor(),
        state(proto.getState()),
        proto.getDeclineCode(),
        createTime,
        proto.hasExpireTime()
            ? instant(proto.getExpireTime())
            : createTime.plus(Hold.HELD_FOR)); // declined, or written before there was a time
  }

  static Duration duration(com.google.protobuf.Duration time) {
    return Duration.ofSeconds(time.getSeconds(), time.getNanos());
  }

  /** The number in an id that this journal gave out; 0 if it did not. */
  static long number(String journalId, String id) {
    String prefix = ID_PREFIX + journalId + "_";
    try {
      return id.startsWith(prefix) ? Long.parseLong(id.substring(prefix.length())) : 0;
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** An amount of a request; refused if its currency does not have it. */
  static Money amount(com.google.type.Money proto) {
    Money money = Money.fromProto(proto, "amount");
    return new Money(shared(money.currency()), money.minor());
  }

  private static Money money(com.google.type.Money proto) {
    Money money = Money.fromProto(proto);
    return new Money(shared(money.currency()), money.minor());
  }

  /** One String a currency, and not one an authorization. */
  private static String shared(String currency) {
    return Currency.getInstance(currency).getCurrencyCode();
  }

  /** The number that a page starts after; one that is too large is behind the end. */
  static long pageToken(String token) {
    try {
      return token.isEmpty() ? 0 : Long.parseLong(token);
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }

  /** Tells the parameters of one call from those of another. */
  static long fingerprint(Message request) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update(request.getDescriptorForType().getFullName().getBytes());
      return ByteBuffer.wrap(digest.digest(request.toByteArray())).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }

  static Instant instant(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }

  private static AuthorizationState state(Hold.State state) {
    return switch (state) {
      case HELD -> AuthorizationState.AUTHORIZATION_STATE_HELD;
      case DECLINED -> AuthorizationState.AUTHORIZATION_STATE_DECLINED;
      case VOIDED -> AuthorizationState.AUTHORIZATION_STATE_VOIDED;
      case CAPTURED -> AuthorizationState.AUTHORIZATION_STATE_CAPTURED;
      case EXPIRED -> AuthorizationState.AUTHORIZATION_STATE_EXPIRED;
    };
  }

  private static Hold.State state(AuthorizationState state) {
    return switch (state) {
      case AUTHORIZATION_STATE_HELD -> Hold.State.HELD;
      case AUTHORIZATION_STATE_DECLINED -> Hold.State.DECLINED;
      case AUTHORIZATION_STATE_VOIDED -> Hold.State.VOIDED;
      case AUTHORIZATION_STATE_CAPTURED -> Hold.State.CAPTURED;
      case AUTHORIZATION_STATE_EXPIRED -> Hold.State.EXPIRED;
      case AUTHORIZATION_STATE_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException(state.name());
    };
  }
}
