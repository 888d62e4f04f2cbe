package dev.emporion.chaos;

import com.google.protobuf.Duration;
import dev.emporion.simulator.v1.SetBehaviorRequest;
import io.grpc.StatusRuntimeException;

/** The payment provider has a bad time. */
record Misbehavior(Kind kind, java.time.Duration length) implements Fault {
  private static final java.time.Duration HEARD_LIMIT = java.time.Duration.ofSeconds(60);

  enum Kind {
    SLOW("answers late"),
    DECLINES("declines often"),
    TIMEOUT_AFTER_CHARGE("times out after charging"),
    UNAVAILABLE("is often unavailable");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    private SetBehaviorRequest request() {
      var request = SetBehaviorRequest.newBuilder();
      return (switch (this) {
            case SLOW -> request.setDelay(Duration.newBuilder().setSeconds(1));
            case DECLINES -> request.setDeclinePercent(30);
            case TIMEOUT_AFTER_CHARGE -> request.setTimeoutAfterChargePercent(50);
            case UNAVAILABLE -> request.setUnavailablePercent(60);
          })
          .build();
    }
  }

  @Override
  public String name() {
    return "the provider " + kind.words;
  }

  @Override
  public String target() {
    return "behavior";
  }

  @Override
  public void strike(Scene scene) {
    tell(scene, kind.request());
  }

  @Override
  public void mend(Scene scene) {
    tell(scene, SetBehaviorRequest.getDefaultInstance());
  }

  /** It may have been killed and be on its way back. */
  private static void tell(Scene scene, SetBehaviorRequest request) {
    boolean heard =
        Pauses.await(
            HEARD_LIMIT,
            () -> {
              try {
                scene.site().simulator().setBehavior(request);
                return true;
              } catch (StatusRuntimeException e) {
                return false;
              }
            });
    if (!heard) {
      throw new ChaosException("the provider does not hear how to behave");
    }
  }
}
