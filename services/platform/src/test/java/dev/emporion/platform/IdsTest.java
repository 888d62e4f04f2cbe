package dev.emporion.platform;

import static dev.emporion.platform.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.common.v1.ErrorReason;
import java.time.Instant;
import java.util.HashSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class IdsTest {

  @Test
  void a_v5_id_is_the_one_of_the_rfc() {
    UUID dns = UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
    assertThat(Ids.v5(dns, "www.example.com"))
        .isEqualTo(UUID.fromString("2ed6657d-e927-568b-95e1-2665a8aea6a2"));
  }

  @Test
  void a_v7_id_holds_the_time_of_the_rfcs_example() {
    UUID id = Ids.v7(Instant.ofEpochMilli(0x017F22E279B0L), -1);
    assertThat(id).hasToString("017f22e2-79b0-7000-bfff-ffffffffffff");
  }

  @Test
  void v7_ids_are_in_the_order_of_time_within_a_millisecond_too() {
    Instant start = Instant.parse("2026-01-01T00:00:00Z");
    String last = "";
    for (int micros = 0; micros < 3000; micros++) {
      String id = Ids.v7(start.plusNanos(micros * 1000L), ~micros).toString();
      assertThat(id).isGreaterThan(last);
      last = id;
    }
  }

  @Test
  void new_ids_differ_and_are_of_version_7_and_the_rfcs_variant() {
    var ids = new HashSet<UUID>();
    for (int i = 0; i < 10_000; i++) {
      UUID id = Ids.newId();
      assertThat(id.version()).isEqualTo(7);
      assertThat(id.variant()).isEqualTo(2);
      ids.add(id);
    }
    assertThat(ids).hasSize(10_000);
  }

  @Test
  void what_is_no_id_is_refused_with_its_field() {
    Failure failure =
        refused(ErrorReason.ERROR_REASON_VIOLATED_FIELD, () -> Ids.parse("cart_id", "42"));
    assertThat(failure).hasMessage("cart_id is not a UUID");
  }
}
