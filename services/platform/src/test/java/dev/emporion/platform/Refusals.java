package dev.emporion.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ProtocolMessageEnum;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What tests say about refusals. */
final class Refusals {

  private Refusals() {}

  /** The failure, after checking that it is one of this reason. */
  static Failure refused(ProtocolMessageEnum reason, ThrowingCallable call) {
    Failure failure = catchThrowableOfType(Failure.class, call);
    assertThat(failure).isNotNull();
    assertThat(failure.is(reason)).as(failure.toString()).isTrue();
    return failure;
  }
}
