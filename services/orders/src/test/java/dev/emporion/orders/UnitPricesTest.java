package dev.emporion.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.emporion.platform.Money;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UnitPricesTest {
  @Test
  void theFirstUnitsTakeWhatDoesNotDivide() {
    OrderLine line = line(3, 1000, 500);

    assertThat(UnitPrices.goods(line, 0, 1)).isEqualTo(eur(334));
    assertThat(UnitPrices.goods(line, 1, 2)).isEqualTo(eur(333));
    assertThat(UnitPrices.goods(line, 2, 3)).isEqualTo(eur(333));
    assertThat(UnitPrices.delivery(line, 0, 2)).isEqualTo(eur(167 + 167));
    assertThat(UnitPrices.value(line, 2, 3)).isEqualTo(eur(333 + 166));
  }

  @Test
  void anyPartsAddUpToTheWhole() {
    var random = new Random(7);
    for (int i = 0; i < 1_000; i++) {
      int quantity = random.nextInt(1, 50);
      OrderLine line = line(quantity, random.nextInt(100_000), random.nextInt(1_000));
      Money sum = eur(0);
      for (int from = 0; from < quantity; ) {
        int to = random.nextInt(from, quantity) + 1;
        sum = sum.plus(UnitPrices.value(line, from, to));
        from = to;
      }
      assertThat(sum).isEqualTo(line.prices().total().plus(line.prices().deliveryShare()));
    }
  }

  @Test
  void noUnitCostsMoreThanOneCentMoreThanAnother() {
    OrderLine line = line(7, 99_999, 0);

    for (int i = 0; i < 7; i++) {
      assertThat(UnitPrices.value(line, i, i + 1).minor()).isBetween(14_285L, 14_286L);
    }
  }

  @Test
  void unitsThatAreNotThereHaveNoPrice() {
    assertThatThrownBy(() -> UnitPrices.value(line(3, 10, 0), 2, 4))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static OrderLine line(int quantity, long total, long deliveryShare) {
    return new OrderLine(
        1,
        "MUG",
        "Mug",
        OrderLine.Units.of(quantity),
        new OrderLine.Prices(eur(0), eur(0), eur(0), "0.19", eur(total), eur(deliveryShare)),
        false);
  }

  private static Money eur(long cents) {
    return new Money("EUR", cents);
  }
}
