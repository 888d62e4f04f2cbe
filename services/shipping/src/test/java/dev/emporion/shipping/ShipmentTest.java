package dev.emporion.shipping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.emporion.common.v1.PostalAddress;
import dev.emporion.platform.Failure;
import dev.emporion.shipping.Shipment.State;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ShipmentTest {
  private static final Instant MONDAY = Instant.parse("2026-01-05T09:00:00Z");
  private static final Instant TUESDAY = Instant.parse("2026-01-06T09:00:00Z");
  private static final Instant FRIDAY = Instant.parse("2026-01-09T09:00:00Z");

  private final Shipment created =
      Shipment.create(
          UUID.randomUUID(),
          UUID.randomUUID(),
          List.of(new Shipment.Line(1, "MUG", "berlin", 2)),
          PostalAddress.getDefaultInstance(),
          "standard",
          MONDAY);
  private final Shipment shipped = created.ship("Post", "123", TUESDAY);
  private final Shipment delivered = shipped.deliver(FRIDAY);

  @Test
  void itIsCreatedThenShippedThenDelivered() {
    assertThat(List.of(created.state(), shipped.state(), delivered.state()))
        .containsExactly(State.CREATED, State.SHIPPED, State.DELIVERED);
    assertThat(List.of(created.version(), shipped.version(), delivered.version()))
        .containsExactly(1, 2, 3);
    assertThat(List.of(created.changedAt(), shipped.changedAt(), delivered.changedAt()))
        .containsExactly(MONDAY, TUESDAY, FRIDAY);
    assertThat(delivered.carrier() + " " + delivered.trackingNumber()).isEqualTo("Post 123");
    assertThat(delivered.shippedAt()).isEqualTo(TUESDAY);
  }

  @Test
  void nothingIsSkippedOrRepeated() {
    assertThat(refusal(() -> created.deliver(FRIDAY))).isEqualTo("CREATED");
    assertThat(refusal(() -> shipped.ship("Post", "", FRIDAY))).isEqualTo("SHIPPED");
    assertThat(refusal(() -> delivered.ship("Post", "", FRIDAY))).isEqualTo("DELIVERED");
    assertThat(refusal(() -> delivered.deliver(FRIDAY))).isEqualTo("DELIVERED");
  }

  @Test
  void itIsCancelledInTheHouseAndNeverAfterwards() {
    Shipment cancelled = created.cancel(TUESDAY);

    assertThat(cancelled.state()).isEqualTo(State.CANCELLED);
    assertThat(cancelled.changedAt()).isEqualTo(TUESDAY);
    assertThat(refusal(() -> cancelled.ship("Post", "", FRIDAY))).isEqualTo("CANCELLED");
    assertThat(refusal(cancelled::requireNotCancelled)).isEqualTo("CANCELLED");
    assertThat(refusal(() -> shipped.cancel(FRIDAY))).isEqualTo("SHIPPED");
    assertThat(refusal(() -> delivered.cancel(FRIDAY))).isEqualTo("DELIVERED");
  }

  private static String refusal(Runnable transition) {
    Failure failure = catchThrowableOfType(Failure.class, transition::run);
    assertThat(failure.reason()).isEqualTo("SHIPMENT_STATE");
    return failure.metadata().get("state");
  }
}
