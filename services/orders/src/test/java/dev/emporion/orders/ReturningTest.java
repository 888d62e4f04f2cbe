package dev.emporion.orders;

import static dev.emporion.orders.Lines.eur;
import static dev.emporion.orders.Lines.line;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.orders.History.Return;
import dev.emporion.orders.History.ReturnLine;
import dev.emporion.orders.History.Worth;
import dev.emporion.orders.v1.ReturnReason;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReturningTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @Test
  void whatWasShippedAndIsNeitherBackNorAnnouncedMayBeAskedFor() {
    OrderLine line = line(1, 9, 8, 2, 900, 90);
    Return announced = requested(back(1, 3, ReturnReason.RETURN_REASON_UNWANTED));
    Return received = announced.receive(List.of(), null, NOW);

    assertThat(Returning.returnable(line, List.of())).isEqualTo(6);
    assertThat(Returning.returnable(line, List.of(announced))).isEqualTo(3);
    assertThat(Returning.returnable(line, List.of(received)))
        .as("what did not come is not announced any more")
        .isEqualTo(6);
  }

  @Test
  void aReturnIsWorthTheExactPriceOfItsUnits() {
    List<OrderLine> lines = List.of(line(1, 3, 3, 0, 1000, 100), line(2, 1, 1, 0, 500, 50));

    assertThat(worth(lines, came(1, 1, ReturnReason.RETURN_REASON_UNWANTED)))
        .isEqualTo(new Worth(eur(334), eur(0)));
    lines = Returning.counted(lines, List.of(came(1, 1, ReturnReason.RETURN_REASON_UNWANTED)));
    assertThat(worth(lines, came(1, 2, ReturnReason.RETURN_REASON_UNWANTED)))
        .isEqualTo(new Worth(eur(666), eur(0)));
  }

  @ParameterizedTest
  @EnumSource(
      value = ReturnReason.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"RETURN_REASON_UNSPECIFIED", "UNRECOGNIZED"})
  void theDeliveryOfUnitsComesBackWhereTheShopIsToBlame(ReturnReason reason) {
    List<OrderLine> lines = List.of(line(1, 3, 3, 0, 900, 100), line(2, 1, 1, 0, 500, 50));

    assertThat(worth(lines, came(1, 2, reason)).delivery())
        .isEqualTo(
            switch (reason) {
              case RETURN_REASON_DAMAGED,
                  RETURN_REASON_WRONG_ITEM,
                  RETURN_REASON_NOT_AS_DESCRIBED ->
                  eur(67);
              default -> eur(0);
            });
  }

  @Test
  void allDeliveryCostComesBackWithTheLastUnitWhateverTheReason() {
    List<OrderLine> lines = List.of(line(1, 3, 2, 0, 900, 100), line(2, 1, 1, 0, 500, 50));
    var first =
        List.of(
            came(1, 1, ReturnReason.RETURN_REASON_DAMAGED),
            came(2, 1, ReturnReason.RETURN_REASON_UNWANTED));
    Worth ofFirst = Returning.worth(lines, List.of(), first);
    Return earlier = requested(first.getFirst()).receive(first, ofFirst, NOW);
    lines = Returning.counted(lines, first);

    Worth ofLast =
        Returning.worth(
            lines, List.of(earlier), List.of(came(1, 1, ReturnReason.RETURN_REASON_UNWANTED)));

    assertThat(ofFirst).isEqualTo(new Worth(eur(800), eur(34)));
    assertThat(ofLast).isEqualTo(new Worth(eur(300), eur(33 + 50)));
  }

  @Test
  void whatCameOfNothingIsWorthNothing() {
    List<OrderLine> lines = List.of(line(1, 3, 3, 0, 900, 100));

    Worth worth = worth(lines, new ReturnLine(1, 2, ReturnReason.RETURN_REASON_DAMAGED, 0, 0));

    assertThat(worth.total()).isEqualTo(eur(0));
    assertThat(Returning.counted(lines, List.of())).isEqualTo(lines);
  }

  private static Worth worth(List<OrderLine> lines, ReturnLine... received) {
    return Returning.worth(lines, List.of(), List.of(received));
  }

  private static Return requested(ReturnLine... lines) {
    return Return.requested(UUID.randomUUID(), List.of(lines), NOW);
  }

  private static ReturnLine back(int number, int quantity, ReturnReason reason) {
    return new ReturnLine(number, quantity, reason, 0, 0);
  }

  private static ReturnLine came(int number, int quantity, ReturnReason reason) {
    return new ReturnLine(number, quantity, reason, quantity, 0);
  }
}
