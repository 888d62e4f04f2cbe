package dev.emporion.mesh.envoy;

import java.time.Duration;
import java.util.Comparator;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * What came in to one Envoy within a time.
 *
 * @param requests that were answered
 * @param errors of them: HTTP 5xx, and gRPC's statuses that are the server's fault
 * @param median milliseconds, whole ones as Envoy counts them; empty if nothing came
 * @param p99 likewise
 */
public record Traffic(
    Duration window, long requests, long errors, OptionalDouble median, OptionalDouble p99) {

  /**
   * Inbound of a sidecar (HTTP connection managers and clusters named {@code inbound...}) or, for
   * the gateway, {@code gateway...}.
   */
  static final String FILTER =
      "^http\\.(inbound|gateway).*\\.downstream_rq_(completed|5xx|time)$|^cluster\\.(inbound|outbound)\\|.*\\.grpc\\.[0-9]+$";

  /**
   * UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS: OpenTelemetry's
   * list.
   */
  private static final Pattern SERVER_FAULT =
      Pattern.compile("^cluster\\.inbound\\|.*\\.grpc\\.(2|4|12|13|14|15)$");

  private static final Pattern COMPLETED = Pattern.compile("^http\\..*\\.downstream_rq_completed$");
  private static final Pattern FAILED = Pattern.compile("^http\\..*\\.downstream_rq_5xx$");

  public double perSecond() {
    return window.isZero() ? 0 : requests * 1e9 / window.toNanos();
  }

  public double errorPercent() {
    return requests == 0 ? 0 : 100.0 * errors / requests;
  }

  /** Remembers what it saw last. */
  static final class Meter {
    private long requests;
    private long errors;
    private long nanos = System.nanoTime();

    synchronized Traffic since(Statistics now, long nowNanos) {
      long nowRequests = now.sum(COMPLETED.asMatchPredicate());
      long nowErrors =
          now.sum(FAILED.asMatchPredicate()) + now.sum(SERVER_FAULT.asMatchPredicate());
      // An Envoy that was started again counts from nothing.
      boolean restarted = nowRequests < requests;
      Traffic traffic =
          new Traffic(
              Duration.ofNanos(nowNanos - nanos),
              restarted ? nowRequests : nowRequests - requests,
              Math.max(0, restarted ? nowErrors : nowErrors - errors),
              slowest(now, "50"),
              slowest(now, "99"));
      requests = nowRequests;
      errors = nowErrors;
      nanos = nowNanos;
      return traffic;
    }

    /** Of several ports the slowest one: quantiles cannot be added. */
    private static OptionalDouble slowest(Statistics now, String percent) {
      return now.histograms().keySet().stream()
          .map(name -> now.recentQuantile(name, percent))
          .filter(OptionalDouble::isPresent)
          .max(Comparator.comparingDouble(OptionalDouble::getAsDouble))
          .orElse(OptionalDouble.empty());
    }
  }
}
