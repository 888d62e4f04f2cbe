package dev.emporion.mesh.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2), Duration.ofSeconds(10));

  private final Random chance = new Random(1);

  @Test
  void theFirstEndIsForgivenAtOnce() {
    assertThat(BACKOFF.wait(1, chance)).isZero();
  }

  @Test
  void eachFurtherOneWaitsTwiceAsLongUpToTheLimit() {
    for (int failures = 2; failures < 50; failures++) {
      long most = Math.min(2_000, 100L << Math.min(failures - 2, 10));
      assertThat(BACKOFF.wait(failures, chance).toMillis()).isBetween(most / 2, most);
    }
  }

  @Test
  void whatFailedTogetherDoesNotComeBackTogether() {
    assertThat(chance.ints(20).mapToObj(_ -> BACKOFF.wait(6, chance)).distinct())
        .hasSizeGreaterThan(1);
  }

  @Test
  void beingWellForAWhileIsForgiven() {
    assertThat(BACKOFF.failures(7, Duration.ofSeconds(9))).isEqualTo(8);
    assertThat(BACKOFF.failures(7, Duration.ofSeconds(10))).isEqualTo(1);
  }
}
