package dev.emporion.platform;

import static dev.emporion.platform.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.rpc.BadRequest;
import dev.emporion.common.v1.ErrorReason;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MoneyTest {

  @ParameterizedTest
  @CsvSource({
    "EUR, 1240, 12, 400000000",
    "EUR, -1240, -12, -400000000",
    "EUR, -5, 0, -50000000",
    "JPY, 1240, 1240, 0",
    "BHD, 1240, 1, 240000000",
    "CLF, 12345, 1, 234500000",
    "EUR, 9223372036854775807, 92233720368547758, 70000000",
    "EUR, -9223372036854775808, -92233720368547758, -80000000",
  })
  void is_the_same_in_the_contract_and_here(String currency, long minor, long units, int nanos) {
    var proto = proto(currency, units, nanos);
    assertThat(new Money(currency, minor).toProto()).isEqualTo(proto);
    assertThat(Money.fromProto(proto)).isEqualTo(new Money(currency, minor));
  }

  @ParameterizedTest
  @CsvSource({
    "EUR, 1, -10000000, contradict",
    "EUR, -1, 10000000, contradict",
    "EUR, 0, 1000000000, contradict",
    "EUR, 0, -1000000000, contradict",
    "EUR, 0, 1, 2 digits",
    "EUR, 0, 5000000, 2 digits",
    "JPY, 0, 500000000, 0 digits",
    "BHD, 0, 100000, 3 digits",
    "EUR, 92233720368547759, 0, overflow",
    "EUR, 92233720368547758, 80000000, overflow",
    "QQQ, 1, 0, unknown currency",
    "XXX, 1, 0, unknown currency",
    "eur, 1, 0, unknown currency",
    "'', 1, 0, unknown currency",
  })
  void refuses_what_is_no_amount_and_names_the_field(
      String currency, long units, int nanos, String why) {
    Failure failure =
        refused(
            ErrorReason.ERROR_REASON_INVALID_VALUE,
            () -> Money.fromProto(proto(currency, units, nanos), "price.amount"));
    var violation = failure.detail(BadRequest.class).orElseThrow().getFieldViolations(0);
    assertThat(violation.getField()).isEqualTo("price.amount");
    assertThat(violation.getDescription()).contains(why);
  }

  @Test
  void does_not_wrap_around() {
    Money most = new Money("EUR", Long.MAX_VALUE);
    Money least = new Money("EUR", Long.MIN_VALUE);
    Money cent = new Money("EUR", 1);
    assertThatThrownBy(() -> most.plus(cent)).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> least.minus(cent)).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> most.times(2)).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(least::negate).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> most.part(2, 1)).isInstanceOf(ArithmeticException.class);
    assertThat(most.part(Long.MAX_VALUE, Long.MAX_VALUE)).isEqualTo(most);
  }

  @Test
  void does_not_mix_currencies() {
    assertThatThrownBy(() -> new Money("EUR", 1).plus(new Money("USD", 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("EUR and USD");
  }

  @ParameterizedTest
  @CsvSource({
    "1000, 77, 1000, 77",
    "5, 1, 2, 3",
    "-5, 1, 2, -3",
    "5, -1, 2, -3",
    "5, 1, -2, -3",
    "-5, -1, 2, 3",
    "4, 1, 3, 1",
    "5, 1, 3, 2",
    "0, 1, 3, 0",
    "-4, 1, 3, -1",
  })
  void rounds_a_part_half_away_from_zero(long amount, long numerator, long denominator, long part) {
    assertThat(new Money("EUR", amount).part(numerator, denominator).minor()).isEqualTo(part);
  }

  @ParameterizedTest
  @CsvSource({
    "100, 1 1 1, 34 33 33",
    "-100, 1 1 1, -34 -33 -33",
    "200, 1 1 1, 67 67 66",
    "100, 50 30 20, 50 30 20",
    "5, 3 7, 2 3", // 1.5 and 3.5: the earlier of equal remainders is first
    "10, 1 0 2, 3 0 7",
    "1, 0 0 0, 1 0 0", // nothing to go by: equal
    "0, 1 2, 0 0",
    "7, 5, 7",
    "9223372036854775807, 1 1, 4611686018427387904 4611686018427387903",
    "9223372036854775807, 9223372036854775806 1, 9223372036854775806 1",
  })
  void allocates_by_the_largest_remainder(long amount, String weights, String shares) {
    assertThat(allocate(amount, longs(weights))).isEqualTo(longs(shares));
  }

  @Test
  void allocates_every_unit_and_no_share_is_off_by_one_or_more() {
    var random = new Random(42);
    for (int round = 0; round < 2000; round++) {
      long amount = random.nextLong(-1_000_000, 1_000_000);
      long[] weights = random.longs(1 + random.nextInt(9), 1, 1_000_000).toArray();
      long[] shares = allocate(amount, weights);
      double total = Arrays.stream(weights).sum();
      assertThat(Arrays.stream(shares).sum()).isEqualTo(amount);
      for (int i = 0; i < shares.length; i++) {
        assertThat(Math.abs(shares[i] - amount * (weights[i] / total))).isLessThan(1.000001);
      }
    }
  }

  @Test
  void refuses_a_negative_weight() {
    assertThatThrownBy(() -> new Money("EUR", 1).allocate(1, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void reads_well() {
    assertThat(new Money("EUR", -1240)).hasToString("-12.40 EUR");
    assertThat(new Money("JPY", 1240)).hasToString("1240 JPY");
    assertThat(new Money("BHD", 5)).hasToString("0.005 BHD");
  }

  private static long[] allocate(long amount, long[] weights) {
    return Arrays.stream(new Money("EUR", amount).allocate(weights))
        .mapToLong(Money::minor)
        .toArray();
  }

  private static long[] longs(String text) {
    return Arrays.stream(text.strip().split(" ")).mapToLong(Long::parseLong).toArray();
  }

  private static com.google.type.Money proto(String currency, long units, int nanos) {
    return com.google.type.Money.newBuilder()
        .setCurrencyCode(currency)
        .setUnits(units)
        .setNanos(nanos)
        .build();
  }
}
