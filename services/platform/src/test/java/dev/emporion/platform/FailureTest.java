package dev.emporion.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.PreconditionFailure;
import com.google.rpc.RetryInfo;
import dev.emporion.common.v1.ErrorReason;
import io.grpc.Status.Code;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FailureTest {
  private final Failure failure =
      Failure.of(Code.ABORTED, ErrorReason.ERROR_REASON_CONTENTION, "too many")
          .meta("key", "value")
          .retryAfter(Duration.ofSeconds(1))
          .with(PreconditionFailure.getDefaultInstance());

  @Test
  void whatWasStoredIsRestoredAsThisServicesOwn() {
    Failure restored = Failure.restored(failure.toStatus());

    assertThat(restored.toStatus()).isEqualTo(failure.toStatus());
    assertThat(restored.is(ErrorReason.ERROR_REASON_CONTENTION)).isTrue();
    assertThat(restored.detail(RetryInfo.class)).isPresent();
    assertThat(restored.isForeign()).isFalse();
  }

  @Test
  void whatAnotherServiceAnsweredIsForeign() {
    Failure answer = Failure.from(failure.toStatusException());

    assertThat(answer.toStatus()).isEqualTo(failure.toStatus());
    assertThat(answer.isForeign()).isTrue();
  }
}
