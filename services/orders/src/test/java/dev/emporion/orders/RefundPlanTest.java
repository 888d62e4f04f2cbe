package dev.emporion.orders;

import static dev.emporion.orders.Lines.eur;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.emporion.orders.RefundPlan.Part;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RefundPlanTest {
  private static final UUID OLD = new UUID(0, 1);
  private static final UUID EMPTY = new UUID(0, 2);
  private static final UUID NEW = new UUID(0, 3);
  private static final List<History.Payment> PAYMENTS =
      List.of(
          new History.Payment(OLD, eur(1_000), eur(100)),
          new History.Payment(EMPTY, eur(300), eur(300)),
          new History.Payment(NEW, eur(500), eur(0)));

  @Test
  void theNewestPaymentIsGivenBackFirst() {
    assertThat(RefundPlan.of(eur(400), PAYMENTS).parts()).containsExactly(new Part(NEW, eur(400)));
    assertThat(RefundPlan.of(eur(501), PAYMENTS).parts())
        .containsExactly(new Part(NEW, eur(500)), new Part(OLD, eur(1)));
  }

  @Test
  void allThatIsNotGivenBackYetCanBe() {
    assertThat(RefundPlan.refundable(eur(0), PAYMENTS)).isEqualTo(eur(1_400));
    assertThat(RefundPlan.of(eur(1_400), PAYMENTS).parts())
        .containsExactly(new Part(NEW, eur(500)), new Part(OLD, eur(900)));
    assertThatThrownBy(() -> RefundPlan.of(eur(1_401), PAYMENTS))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void nothingIsGivenBackFromNoPayment() {
    assertThat(RefundPlan.of(eur(0), List.of()).parts()).isEmpty();
  }
}
