package dev.emporion.mesh.istio;

import dev.emporion.mesh.yaml.Where;
import java.time.Duration;
import java.util.Optional;

/** The circuit breaker: which instances are left out for a while. */
public record OutlierDetection(
    Where where,
    Optional<Boolean> splitExternalLocalOriginErrors,
    Optional<Integer> consecutiveLocalOriginFailures,
    Optional<Integer> consecutiveGatewayErrors,
    Optional<Integer> consecutive5xxErrors,
    Optional<Duration> interval,
    Optional<Duration> baseEjectionTime,
    Optional<Integer> maxEjectionPercent,
    Optional<Integer> minHealthPercent) {}
