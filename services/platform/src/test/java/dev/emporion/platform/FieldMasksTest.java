package dev.emporion.platform;

import static dev.emporion.platform.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import com.google.rpc.ErrorInfo;
import dev.emporion.common.v1.ErrorReason;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FieldMasksTest {
  private static final Set<String> MUTABLE = Set.of("reason", "metadata.x");

  @Test
  void names_the_fields_to_change() {
    assertThat(paths(FieldMask.newBuilder().addPaths("reason"))).containsExactly("reason");
    assertThat(paths(FieldMask.newBuilder().addPaths("metadata.x"))).containsExactly("metadata.x");
  }

  @Test
  void without_one_what_has_a_value_is_changed() {
    assertThat(paths(FieldMask.newBuilder())).containsExactly("reason");
  }

  @Test
  void a_star_is_everything_that_can_be_changed() {
    assertThat(paths(FieldMask.newBuilder().addPaths("*"))).isEqualTo(MUTABLE);
  }

  @Test
  void a_field_that_cannot_be_changed_is_refused_by_name() {
    Failure failure =
        refused(
            ErrorReason.ERROR_REASON_INVALID_UPDATE_MASK,
            () -> paths(FieldMask.newBuilder().addPaths("reason").addPaths("domain")));
    assertThat(failure).hasMessage("update_mask: 'domain' is not one of metadata.x, reason");
    assertThat(failure.metadata()).containsEntry("path", "domain");
  }

  private static Set<String> paths(FieldMask.Builder mask) {
    var resource = ErrorInfo.newBuilder().setReason("r").setDomain("d").build();
    return FieldMasks.paths(mask.build(), resource, MUTABLE);
  }
}
