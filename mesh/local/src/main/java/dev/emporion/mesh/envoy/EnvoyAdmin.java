package dev.emporion.mesh.envoy;

import dev.emporion.mesh.RunnerException;
import dev.emporion.mesh.model.Address;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** The admin port of one Envoy. Every call has a limit of time: an Envoy may hang. */
public final class EnvoyAdmin {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(1);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(3);
  private static final String LIVE = "LIVE";

  /** One for all: each client is a thread of its own. */
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_LIMIT)
          .build();

  private final Address address;
  private final Traffic.Meter meter = new Traffic.Meter();

  public EnvoyAdmin(Address address) {
    this.address = address;
  }

  public Address address() {
    return address;
  }

  /**
   * Whether it has all its configuration and listens: {@code LIVE}; else what it does instead,
   * {@code PRE_INITIALIZING}, {@code INITIALIZING} or {@code DRAINING}. Empty if it does not
   * answer.
   */
  public Optional<String> state() {
    return ask("GET", "/ready").map(response -> response.body().strip());
  }

  public boolean isLive() {
    return state().filter(LIVE::equals).isPresent();
  }

  /**
   * Counters, gauges and quantiles.
   *
   * @param filter a regular expression that a part of the name matches
   */
  public Statistics statistics(String filter) {
    return Statistics.parse(
        must("GET", "/stats?filter=" + URLEncoder.encode(filter, StandardCharsets.UTF_8)));
  }

  /** What came in since this object was asked last; nothing if Envoy does not answer. */
  public Optional<Traffic> traffic() {
    return ask("GET", "/stats?filter=" + URLEncoder.encode(Traffic.FILTER, StandardCharsets.UTF_8))
        .map(response -> meter.since(Statistics.parse(response.body()), System.nanoTime()));
  }

  /** All it was told, as JSON; keys are left out by Envoy. */
  public String configDump() {
    return must("GET", "/config_dump?include_eds");
  }

  /**
   * Tells every connection to go elsewhere at its next answer, and takes new calls until Envoy is
   * stopped: whoever stops it waits for {@link #activeRequests} to be none, at most {@link
   * Bootstrap#DRAIN_SECONDS}.
   */
  public void drain() {
    must("POST", "/healthcheck/fail");
    must("POST", "/drain_listeners?graceful&skip_exit");
  }

  /** Calls that came in and are not yet answered, those of its own admin port left out. */
  public long activeRequests() {
    return statistics("^http\\..*\\.downstream_rq_active$")
        .sum(name -> !name.startsWith("http.admin."));
  }

  /**
   * @param level {@code warning}, {@code info}, {@code debug}, {@code trace}
   */
  public void logLevel(String level) {
    must("POST", "/logging?level=" + URLEncoder.encode(level, StandardCharsets.UTF_8));
  }

  private String must(String method, String path) {
    return ask(method, path)
        .filter(response -> response.statusCode() == 200)
        .map(HttpResponse::body)
        .orElseThrow(
            () ->
                new RunnerException(
                    "Envoy's admin port %s does not answer %s: see the sidecar's log"
                        .formatted(address, path)));
  }

  private Optional<HttpResponse<String>> ask(String method, String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .timeout(ANSWER_LIMIT)
            .build();
    try {
      return Optional.of(CLIENT.send(request, HttpResponse.BodyHandlers.ofString()));
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
