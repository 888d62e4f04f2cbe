package dev.emporion.mesh.istio;

import dev.emporion.mesh.yaml.Where;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How calls are spread over instances: {@code simple} or {@code consistentHash}, never both. */
public record LoadBalancer(
    Where where,
    Optional<Simple> simple,
    Optional<ConsistentHash> consistentHash,
    Optional<LocalityLbSetting> localityLbSetting,
    Optional<Warmup> warmup) {

  /** LEAST_CONN is the old name of LEAST_REQUEST. */
  public enum Simple {
    UNSPECIFIED,
    LEAST_CONN,
    RANDOM,
    PASSTHROUGH,
    ROUND_ROBIN,
    LEAST_REQUEST
  }

  /** One of the first four is given. */
  public record ConsistentHash(
      Where where,
      Optional<String> httpHeaderName,
      Optional<HttpCookie> httpCookie,
      Optional<Boolean> useSourceIp,
      Optional<String> httpQueryParameterName,
      Optional<Long> minimumRingSize,
      Optional<Long> maglevTableSize) {}

  /**
   * @param ttl zero for a cookie of the session; a cookie that is missing is then made up
   */
  public record HttpCookie(
      Where where, String name, Optional<String> path, Optional<Duration> ttl) {}

  /** One of the three lists is given, or none. Localities are {@code region/zone/subzone}. */
  public record LocalityLbSetting(
      Where where,
      Optional<Boolean> enabled,
      List<Distribute> distribute,
      List<Failover> failover,
      List<String> failoverPriority) {}

  /**
   * @param to per cent by locality; they add up to 100
   */
  public record Distribute(Where where, String from, Map<String, Integer> to) {}

  /** Regions. */
  public record Failover(Where where, String from, String to) {}

  public record Warmup(
      Where where,
      Duration duration,
      Optional<Double> minimumPercent,
      Optional<Double> aggression) {}
}
