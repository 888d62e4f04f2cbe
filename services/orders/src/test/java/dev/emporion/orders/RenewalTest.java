package dev.emporion.orders;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.emporion.payments.v1.Payment;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RenewalTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final Renewal renewal = new Renewal();

  @Test
  void aPaymentIsRenewedATenthOfItsTimeButADayAtMostBeforeItEnds() {
    assertThat(renewal.of(held(Duration.ofSeconds(100)))).isEqualTo(NOW.plusSeconds(90));
    assertThat(renewal.of(held(Duration.ofDays(30)))).isEqualTo(NOW.plus(Duration.ofDays(29)));
  }

  @Test
  void aPaymentThatLastsIsNot() {
    assertThat(renewal.of(Payment.getDefaultInstance())).isNull();
    assertThat(renewal.of(Payment.getDefaultInstance(), NOW)).isNull();
    assertThat(renewal.guess(NOW)).isNull();
  }

  @Test
  void theTimeIsGuessedFromThePaymentBeforeAndKeptWhereItIsNearEnough() {
    assertThat(renewal.guess(NOW)).isNull();
    renewal.of(held(Duration.ofSeconds(100)));

    Instant guess = renewal.guess(NOW.minusSeconds(2));

    assertThat(guess).isEqualTo(NOW.plusSeconds(88));
    assertThat(renewal.of(held(Duration.ofSeconds(100)), guess)).isEqualTo(guess);
    assertThat(renewal.of(held(Duration.ofSeconds(50)), guess)).isEqualTo(NOW.plusSeconds(45));
  }

  private static Payment held(Duration time) {
    return Payment.newBuilder()
        .setCreateTime(timestamp(NOW))
        .setExpireTime(timestamp(NOW.plus(time)))
        .build();
  }

  private static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder().setSeconds(time.getEpochSecond()).build();
  }
}
