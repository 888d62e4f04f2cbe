package dev.emporion.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FaultsTest {
  private static final int MANY = 500;

  @Test
  void aSeedTellsAllFaultsAndAllWishes() {
    Shelf shelf = Shelf.of("test");

    assertThat(Faults.draw(7, MANY)).isEqualTo(Faults.draw(7, MANY));
    assertThat(Faults.draw(7, MANY)).isNotEqualTo(Faults.draw(8, MANY));
    assertThat(Wish.draw(7, 1, shelf)).isEqualTo(Wish.draw(7, 1, shelf));
    assertThat(Wish.draw(7, 1, shelf)).isNotEqualTo(Wish.draw(7, 2, shelf));
  }

  @Test
  void everyKindOfFaultIsDrawn() {
    Set<Class<?>> drawn =
        Faults.draw(1, MANY).stream().map(Fault::getClass).collect(Collectors.toSet());

    assertThat(drawn)
        .contains(
            Kill.class,
            KillControlPlane.class,
            KillDatabase.class,
            DatabaseAway.class,
            LockedTable.class,
            Pause.class,
            BentRule.class,
            CutAnswers.class,
            Misbehavior.class);
  }
}
