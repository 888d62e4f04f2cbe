package dev.emporion.chaos;

import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/** How a client asks until it is answered, and what it heard until then. */
final class Patience {
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final long FIRST_WAIT_MILLIS = 50;
  private static final long LONGEST_WAIT_MILLIS = 1_000;
  private static final int MAX_DOUBLINGS = 10;

  private final Map<String, Integer> heard = new ConcurrentHashMap<>();

  /**
   * Asks until there is an answer; nothing if there was none for very long.
   *
   * @throws StatusRuntimeException when it is refused for good
   */
  <T> Optional<T> ask(Supplier<T> request) {
    long end = System.nanoTime() + LIMIT.toNanos();
    for (int attempt = 0; System.nanoTime() < end; attempt++) {
      try {
        return Optional.of(request.get());
      } catch (StatusRuntimeException answer) {
        if (!Answers.isToBeRepeated(answer)) {
          throw answer;
        }
        heard.merge(Answers.kind(answer), 1, Integer::sum);
      }
      long wait =
          Math.min(LONGEST_WAIT_MILLIS, FIRST_WAIT_MILLIS << Math.min(attempt, MAX_DOUBLINGS));
      Pauses.pause(Duration.ofMillis(ThreadLocalRandom.current().nextLong(wait / 2, wait)));
    }
    return Optional.empty();
  }

  /** How often a request had to be repeated, by {@link Answers#kind}. */
  Map<String, Integer> heard() {
    return new TreeMap<>(heard);
  }
}
