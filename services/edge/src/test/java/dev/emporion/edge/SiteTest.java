package dev.emporion.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import dev.emporion.platform.ConfigException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SiteTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static Site site;

  @BeforeAll
  static void open() {
    site = Site.open("127.0.0.1:0", Pages.read());
    site.start();
  }

  @AfterAll
  static void close() {
    site.close();
    CLIENT.close();
  }

  @Test
  void theDocumentIsServedAsJson() {
    var answer = get("/openapi.json");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(header(answer, "Content-Type")).isEqualTo("application/json");
    var document = JsonParser.parseString(text(answer)).getAsJsonObject();
    assertThat(document.get("openapi").getAsString()).startsWith("3.");
  }

  @Test
  void whatAClientHasIsNotSentAgain() {
    String etag = header(get("/openapi.json"), "ETag");
    for (String seen : new String[] {etag, "W/" + etag, "\"other\", " + etag, "*"}) {
      var answer = get("/openapi.json", "If-None-Match", seen);
      assertThat(answer.statusCode()).as(seen).isEqualTo(304);
      assertThat(answer.body()).isEmpty();
    }
    assertThat(get("/openapi.json", "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
  }

  @Test
  void itIsPackedForWhoeverUnpacks() throws IOException {
    var plain = get("/openapi.json");
    var packed = get("/openapi.json", "Accept-Encoding", "br, gzip;q=0.8");
    assertThat(header(packed, "Content-Encoding")).isEqualTo("gzip");
    assertThat(packed.body().length).isLessThan(plain.body().length / 4);
    assertThat(new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes())
        .isEqualTo(plain.body());
    var refused = get("/openapi.json", "Accept-Encoding", "gzip;q=0");
    assertThat(refused.headers().firstValue("Content-Encoding")).isEmpty();
  }

  @Test
  void headSaysTheSameWithoutTheBody() {
    var answer = send(request("/openapi.json").method("HEAD", BodyPublishers.noBody()));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(header(answer, "Content-Length"))
        .isEqualTo(String.valueOf(get("/openapi.json").body().length));
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void theViewerIsServedWithAllThatItAsksForAndNoOtherHost() {
    var page = get("/docs");
    assertThat(header(page, "Content-Type")).startsWith("text/html");
    assertThat(header(page, "Content-Security-Policy")).contains("default-src 'none'");
    assertThat(text(page)).doesNotContain("http:", "https:", "//");
    var links = Pattern.compile("(?:src|href)=\"([^\"]+)\"").matcher(text(page));
    assertThat(links.results().map(link -> get(link.group(1)).statusCode()))
        .hasSizeGreaterThan(4)
        .containsOnly(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/docs/"})
  void theRootLeadsToTheViewer(String path) {
    var answer = get(path);
    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(header(answer, "Location")).isEqualTo("/docs");
  }

  @Test
  void healthIsServed() {
    var answer = get("/healthz");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(text(answer)).contains("SERVING");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/nothing", "/docs/../openapi.json", "/openapi.json/", "/docs/index.html"})
  void whatIsNotThereIsAnErrorInJson(String path) {
    var answer = get(path);
    assertThat(answer.statusCode()).isEqualTo(404);
    var error = JsonParser.parseString(text(answer)).getAsJsonObject();
    assertThat(error.get("code").getAsInt()).isEqualTo(5);
  }

  @Test
  void nothingCanBeWritten() {
    var answer = send(request("/openapi.json").POST(BodyPublishers.ofString("{}")));
    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(header(answer, "Allow")).isEqualTo("GET, HEAD");
    var error = JsonParser.parseString(text(answer)).getAsJsonObject();
    assertThat(error.get("code").getAsInt()).isEqualTo(12);
  }

  @Test
  void anAddressThatIsTakenIsNamed() {
    String taken = "127.0.0.1:" + site.port();
    assertThatThrownBy(() -> Site.open(taken, Pages.read()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("HTTP_ADDRESS " + taken);
  }

  private static HttpResponse<byte[]> get(String path, String... headers) {
    var request = request(path);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request);
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + site.port() + path))
        .timeout(LIMIT);
  }

  private static HttpResponse<byte[]> send(HttpRequest.Builder request) {
    try {
      return CLIENT.send(request.build(), BodyHandlers.ofByteArray());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }
}
