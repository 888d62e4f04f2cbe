package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.HttpRoute;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy.RetryBackOff;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy.RetryHostPredicate;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy.RetryPriority;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.envoyproxy.envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Retries: two where nothing is said, none where {@code attempts} is zero. */
final class Retries {
  private static final String DEFAULT =
      "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes";

  private static final RetryHostPredicate ANOTHER_HOST =
      RetryHostPredicate.newBuilder()
          .setName("envoy.retry_host_predicates.previous_hosts")
          .setTypedConfig(Protos.any(PreviousHostsPredicate.getDefaultInstance()))
          .build();

  private static final RetryPriority ANOTHER_LOCALITY =
      RetryPriority.newBuilder()
          .setName("envoy.retry_priorities.previous_priorities")
          .setTypedConfig(
              Protos.any(PreviousPrioritiesConfig.newBuilder().setUpdateFrequency(2).build()))
          .build();

  private Retries() {}

  /**
   * @param hashed whether a hash picks the instance, which a retry then must not leave
   */
  static Optional<RetryPolicy> of(Optional<HttpRoute.Retries> retries, boolean hashed) {
    if (retries.isPresent() && retries.get().attempts() <= 0) {
      return Optional.empty();
    }
    RetryPolicy.Builder policy =
        RetryPolicy.newBuilder()
            .setNumRetries(Protos.uint(2))
            .setRetryOn(DEFAULT)
            .setHostSelectionRetryMaxAttempts(5);
    if (!hashed) {
      policy.addRetryHostPredicate(ANOTHER_HOST);
    }
    retries.ifPresent(said -> say(policy, said));
    return Optional.of(policy.build());
  }

  private static void say(RetryPolicy.Builder policy, HttpRoute.Retries said) {
    policy.setNumRetries(Protos.uint(said.attempts()));
    said.retryOn().filter(on -> !on.isEmpty()).ifPresent(on -> conditions(policy, on));
    said.perTryTimeout().ifPresent(time -> policy.setPerTryTimeout(Protos.duration(time)));
    said.retryIgnorePreviousHosts().ifPresent(ignore -> otherHosts(policy, ignore));
    said.retryRemoteLocalities()
        .filter(remote -> remote)
        .ifPresent(remote -> policy.setRetryPriority(ANOTHER_LOCALITY));
    said.backoff()
        .map(Protos::duration)
        .map(base -> RetryBackOff.newBuilder().setBaseInterval(base))
        .ifPresent(policy::setRetryBackOff);
  }

  private static void otherHosts(RetryPolicy.Builder policy, boolean only) {
    policy.clearRetryHostPredicate();
    if (only) {
      policy.addRetryHostPredicate(ANOTHER_HOST);
    }
  }

  /** Envoy has a list of its own for what are status codes here. */
  private static void conditions(RetryPolicy.Builder policy, String retryOn) {
    List<String> names = new ArrayList<>();
    for (String part : retryOn.split(",")) {
      String condition = part.strip();
      if (condition.matches("[1-5]\\d\\d")) {
        policy.addRetriableStatusCodes(Integer.parseInt(condition));
      } else if (!condition.isEmpty()) {
        names.add(condition);
      }
    }
    if (policy.getRetriableStatusCodesCount() > 0 && !names.contains("retriable-status-codes")) {
      names.add("retriable-status-codes");
    }
    policy.setRetryOn(String.join(",", names));
  }
}
