package dev.emporion.mesh.process;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next start of something that keeps ending: at once the first time,
 * then twice as long each time, with a share left to chance so that what failed together does not
 * come back together. Forgotten after it was well for a while.
 *
 * @param first the wait after the second end
 * @param limit the longest wait
 * @param well how long it must have run to be forgiven
 */
public record Backoff(Duration first, Duration limit, Duration well) {
  public static final Backoff OF_A_PROCESS =
      new Backoff(Duration.ofMillis(250), Duration.ofSeconds(30), Duration.ofSeconds(20));

  private static final int MAX_DOUBLINGS = 20;

  /** How many ends in a row count, after one more that ran for {@code ran}. */
  public int failures(int before, Duration ran) {
    return ran.compareTo(well) >= 0 ? 1 : before + 1;
  }

  /** The wait after so many ends in a row: half of it sure, half by chance. */
  public Duration wait(int failures, RandomGenerator chance) {
    if (failures <= 1) {
      return Duration.ZERO;
    }
    long doubled = first.toMillis() << Math.min(failures - 2, MAX_DOUBLINGS);
    long millis = Math.min(doubled, limit.toMillis());
    return Duration.ofMillis(millis / 2 + chance.nextLong(millis / 2 + 1));
  }
}
