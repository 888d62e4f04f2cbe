package dev.emporion.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EventuallyTest {

  @Test
  void waitsUntilTheAssertionHolds() {
    AtomicInteger attempts = new AtomicInteger();
    Eventually.eventually(() -> assertThat(attempts.incrementAndGet()).isGreaterThan(3));
    assertThat(attempts).hasValue(4);
  }

  @Test
  void saysWhatWasStillWrongAtTheLimit() {
    assertThatThrownBy(
            () -> Eventually.within(Duration.ofMillis(20), () -> assertThat(1).isEqualTo(2)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("still not so after PT0.02S");
  }

  @Test
  void aTestClockStandsUntilMoved() {
    TestClock clock = TestClock.at("2026-01-31T23:59:59Z");
    assertThat(clock.instant()).isEqualTo(clock.instant());
    clock.advance(Duration.ofSeconds(1));
    assertThat(clock.instant()).isEqualTo(Instant.parse("2026-02-01T00:00:00Z"));
  }
}
