package dev.emporion.mesh.istio;

import dev.emporion.mesh.yaml.Where;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A route of a VirtualService: {@code route}, {@code redirect} or {@code directResponse}.
 *
 * @param match one has to; empty for every request
 * @param timeout absent or zero: none
 */
public record HttpRoute(
    Where where,
    Optional<String> name,
    List<Match> match,
    List<RouteDestination> route,
    Optional<Redirect> redirect,
    Optional<DirectResponse> directResponse,
    Optional<Rewrite> rewrite,
    Optional<Duration> timeout,
    Optional<Retries> retries,
    Optional<Fault> fault,
    List<Mirror> mirrors,
    Optional<Cors> corsPolicy,
    Optional<Headers> headers) {

  /** All that is given has to match. */
  public record Match(
      Where where,
      Optional<String> name,
      Optional<StringMatch> uri,
      Optional<StringMatch> scheme,
      Optional<StringMatch> method,
      Optional<StringMatch> authority,
      Map<String, StringMatch> headers,
      Map<String, StringMatch> withoutHeaders,
      Map<String, StringMatch> queryParams,
      boolean ignoreUriCase,
      Optional<Integer> port,
      Map<String, String> sourceLabels,
      List<String> gateways) {}

  /**
   * @param weight of all weights of the route; the only destination may leave it out
   */
  public record RouteDestination(
      Where where, Destination destination, Optional<Integer> weight, Optional<Headers> headers) {}

  /**
   * @param host as written
   * @param port of the Service; may be left out where it has one port
   */
  public record Destination(
      Where where, String host, Optional<String> subset, Optional<Integer> port) {}

  public record Headers(Where where, HeaderChanges request, HeaderChanges response) {}

  public record HeaderChanges(
      Map<String, String> set, Map<String, String> add, List<String> remove) {}

  public record Redirect(
      Where where,
      Optional<String> uri,
      Optional<String> authority,
      Optional<Integer> port,
      Optional<String> scheme,
      Optional<Integer> redirectCode) {}

  public record DirectResponse(Where where, int status, Optional<String> body) {}

  /**
   * @param uri replaces the matched prefix, or the whole path of an exact match
   */
  public record Rewrite(
      Where where,
      Optional<String> uri,
      Optional<String> authority,
      Optional<RegexRewrite> uriRegexRewrite) {}

  public record RegexRewrite(Where where, String match, String rewrite) {}

  /**
   * @param attempts beyond the first; zero for no retries
   * @param retryOn conditions and status codes, parted by commas
   */
  public record Retries(
      Where where,
      int attempts,
      Optional<Duration> perTryTimeout,
      Optional<String> retryOn,
      Optional<Boolean> retryRemoteLocalities,
      Optional<Boolean> retryIgnorePreviousHosts,
      Optional<Duration> backoff) {}

  public record Fault(Where where, Optional<Delay> delay, Optional<Abort> abort) {}

  /**
   * @param percentage 0 to 100; absent: as Istio says
   */
  public record Delay(Where where, Duration fixedDelay, Optional<Double> percentage) {}

  /**
   * One of the two statuses is given.
   *
   * @param grpcStatus by name: {@code UNAVAILABLE}
   * @param percentage 0 to 100; absent: as Istio says
   */
  public record Abort(
      Where where,
      Optional<Integer> httpStatus,
      Optional<String> grpcStatus,
      Optional<Double> percentage) {}

  /**
   * From {@code mirrors}, or from {@code mirror} and {@code mirrorPercentage}.
   *
   * @param percentage 0 to 100; absent: all
   */
  public record Mirror(Where where, Destination destination, Optional<Double> percentage) {}

  public record Cors(
      Where where,
      List<StringMatch> allowOrigins,
      List<String> allowMethods,
      List<String> allowHeaders,
      List<String> exposeHeaders,
      Optional<Duration> maxAge,
      Optional<Boolean> allowCredentials,
      Optional<UnmatchedPreflights> unmatchedPreflights) {}

  public enum UnmatchedPreflights {
    UNSPECIFIED,
    FORWARD,
    IGNORE
  }
}
