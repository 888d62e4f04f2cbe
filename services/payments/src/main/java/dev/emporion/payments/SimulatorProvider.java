package dev.emporion.payments;

import com.google.protobuf.Timestamp;
import dev.emporion.common.v1.ErrorReason;
import dev.emporion.platform.Downstream;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Money;
import dev.emporion.simulator.v1.Authorization;
import dev.emporion.simulator.v1.AuthorizationState;
import dev.emporion.simulator.v1.CaptureAuthorizationRequest;
import dev.emporion.simulator.v1.CreateAuthorizationRequest;
import dev.emporion.simulator.v1.GetAuthorizationRequest;
import dev.emporion.simulator.v1.RefundAuthorizationRequest;
import dev.emporion.simulator.v1.SimulatorServiceGrpc.SimulatorServiceBlockingStub;
import dev.emporion.simulator.v1.VoidAuthorizationRequest;
import io.grpc.Context;
import io.grpc.Status.Code;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The stand-in for a payment provider, over gRPC. */
final class SimulatorProvider implements PaymentProvider {
  static final String NAME = "simulator";

  private static final Logger LOG = LoggerFactory.getLogger(SimulatorProvider.class);

  private final Downstream<SimulatorServiceBlockingStub> simulator;

  SimulatorProvider(Downstream<SimulatorServiceBlockingStub> simulator) {
    this.simulator = simulator;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Outcome authorize(String key, UUID orderId, Money amount, String token) {
    var request =
        CreateAuthorizationRequest.newBuilder()
            .setIdempotencyKey(key)
            .setMerchantReference(orderId.toString())
            .setAmount(amount.toProto())
            .setPaymentToken(token)
            .build();
    return ask(stub -> outcome(stub.createAuthorization(request).getAuthorization()));
  }

  @Override
  public Outcome capture(String key, String reference, Money amount) {
    var request =
        CaptureAuthorizationRequest.newBuilder()
            .setIdempotencyKey(key)
            .setAuthorizationId(reference)
            .setAmount(amount.toProto())
            .build();
    return ask(stub -> approved(stub.captureAuthorization(request).getAuthorization()));
  }

  @Override
  public Outcome giveUp(String key, String reference) {
    var request =
        VoidAuthorizationRequest.newBuilder()
            .setIdempotencyKey(key)
            .setAuthorizationId(reference)
            .build();
    return ask(stub -> approved(stub.voidAuthorization(request).getAuthorization()));
  }

  @Override
  public Outcome refund(String key, String reference, Money amount) {
    var request =
        RefundAuthorizationRequest.newBuilder()
            .setIdempotencyKey(key)
            .setAuthorizationId(reference)
            .setAmount(amount.toProto())
            .build();
    return ask(stub -> approved(stub.refundAuthorization(request).getAuthorization()));
  }

  @Override
  public Optional<Outcome> find(String key) {
    var request = GetAuthorizationRequest.newBuilder().setIdempotencyKey(key).build();
    try {
      return Optional.of(call(stub -> outcome(stub.getAuthorization(request).getAuthorization())));
    } catch (Failure failure) {
      return failure.code() == Code.NOT_FOUND ? Optional.empty() : Optional.of(refused(failure));
    }
  }

  private Outcome ask(Function<SimulatorServiceBlockingStub, Outcome> rpc) {
    try {
      return call(rpc);
    } catch (Failure failure) {
      return refused(failure);
    }
  }

  /**
   * Outside of the caller's context: the intent is committed, and whether the caller is still there
   * must not decide whether we hear how it ended.
   */
  private Outcome call(Function<SimulatorServiceBlockingStub, Outcome> rpc) {
    Context own = Context.current().fork();
    Context before = own.attach();
    try {
      return simulator.call(rpc);
    } finally {
      own.detach(before);
    }
  }

  private static Outcome refused(Failure failure) {
    if (failure.is(ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE)) {
      return new Unknown();
    }
    if (failure.code() == Code.FAILED_PRECONDITION) {
      return new Declined(code(failure).toLowerCase(Locale.ROOT));
    }
    // A key used for something else, or a request it does not take: ours to mend, nothing to
    // decide.
    LOG.error("the provider did not take a request: {}", failure.toString());
    return new Unknown();
  }

  /** Of what is not held any more, why: EXPIRED is {@link PaymentProvider#EXPIRED}. */
  private static String code(Failure failure) {
    return failure.is(dev.emporion.simulator.v1.ErrorReason.ERROR_REASON_AUTHORIZATION_STATE)
        ? "authorization_" + failure.metadata().getOrDefault("state", "state")
        : failure.reason();
  }

  private static Outcome outcome(Authorization authorization) {
    return authorization.getDeclineCode().isEmpty()
        ? approved(authorization)
        : new Declined(authorization.getDeclineCode());
  }

  private static Outcome approved(Authorization authorization) {
    return new Approved(
        authorization.getAuthorizationId(),
        authorization.hasExpireTime() ? instant(authorization.getExpireTime()) : null,
        authorization.getState() != AuthorizationState.AUTHORIZATION_STATE_HELD);
  }

  private static Instant instant(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }
}
