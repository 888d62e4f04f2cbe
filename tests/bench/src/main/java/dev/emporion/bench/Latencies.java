package dev.emporion.bench;

import java.util.Arrays;
import java.util.List;

/** Each measured time of one client; its calls come one after the other, so it takes no lock. */
final class Latencies {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final int FIRST_SIZE = 1 << 12;

  private long[] nanos = new long[FIRST_SIZE];
  private int count;

  void add(long value) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    nanos[count++] = value;
  }

  /** Those of all clients together. */
  static Latencies of(List<Latencies> all) {
    var sum = new Latencies();
    sum.nanos =
        all.stream()
            .flatMapToLong(one -> Arrays.stream(one.nanos, 0, one.count))
            .sorted()
            .toArray();
    sum.count = sum.nanos.length;
    return sum;
  }

  int count() {
    return count;
  }

  /** Of sorted ones: the time that this share of them did not exceed. */
  double millis(double share) {
    if (count == 0) {
      return Double.NaN;
    }
    int rank = (int) Math.ceil(share * count);
    return nanos[Math.clamp(rank - 1, 0, count - 1)] / NANOS_PER_MILLI;
  }
}
