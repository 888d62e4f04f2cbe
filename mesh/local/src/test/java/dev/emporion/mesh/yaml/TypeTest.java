package dev.emporion.mesh.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TypeTest {

  @ParameterizedTest
  @CsvSource({
    "1s, PT1S",
    "1h30m, PT1H30M",
    "0.25s, PT0.25S",
    "100ms, PT0.1S",
    "1.5h, PT1H30M",
    "1m0.5s, PT1M0.5S"
  })
  void aDurationIsWrittenAsGoWritesIt(String text, Duration duration) {
    assertThat(parse(Type.DURATION, text)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"5", "0s", "-1s", "1 s", "1d", "s", "1us", "PT1S", "99999999999h", "1s1", ""})
  void whatIsNoDurationOrTooShortIsRefused(String text) {
    assertThat(Type.DURATION.parse().apply(scalar(text))).isEmpty();
  }

  @Test
  void noDurationIsADurationWhereItMayMeanNone() {
    assertThat(parse(Type.DURATION_OR_ZERO, "0s")).isZero();
  }

  @Test
  void aNumberInQuotesIsNoNumber() {
    assertThat(Type.PORT.parse().apply(scalar("80"))).isEmpty();
  }

  @Test
  void hintsKnowTheNearestName() {
    var known = List.of("retries", "route", "timeout");
    assertThat(Similar.hint("retires", known)).isEqualTo("; did you mean retries?");
    assertThat(Similar.hint("timeOut", known)).isEqualTo("; did you mean timeout?");
    assertThat(Similar.hint("corsPolicy", known)).isEmpty();
  }

  private static <T> T parse(Type<T> type, String text) {
    return type.parse().apply(scalar(text)).orElseThrow();
  }

  private static Node.Scalar scalar(String text) {
    return new Node.Scalar(new Where("a.yaml", 1, ""), text, text);
  }
}
