package dev.emporion.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class LatenciesTest {
  private static final long MILLI = 1_000_000;

  @Test
  void aShareOfThemIsTheTimeThatSoManyDidNotExceed() {
    var odd = new Latencies();
    var even = new Latencies();
    LongStream.rangeClosed(1, 10_000)
        .forEach(millis -> (millis % 2 == 0 ? even : odd).add(millis * MILLI));
    var all = Latencies.of(List.of(odd, even));
    assertThat(all.count()).isEqualTo(10_000);
    assertThat(all.millis(0.5)).isEqualTo(5_000);
    assertThat(all.millis(0.99)).isEqualTo(9_900);
    assertThat(all.millis(1)).isEqualTo(10_000);
  }

  @Test
  void noneHaveNoTime() {
    assertThat(Latencies.of(List.of(new Latencies())).millis(0.5)).isNaN();
  }
}
