package dev.emporion.tests.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.emporion.mesh.model.Address;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The gateway for those who speak HTTP. */
@ExtendWith(RunningMesh.class)
class GatewayTest {
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final String JSON = "application/json";
  private static final String ALLOWED_ORIGIN = "access-control-allow-origin";

  private final Driver mesh;
  private final HttpClient client = HttpClient.newHttpClient();

  GatewayTest(Driver mesh) {
    this.mesh = mesh;
  }

  @Test
  void readsAreGets() throws Exception {
    var answer = send(request("/v1/products?page_size=2"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(json(answer).getAsJsonArray("products")).hasSize(2);
  }

  @Test
  void anErrorCarriesTheSameDetailsAsOverGrpc() throws Exception {
    var answer = send(request("/v1/orders/" + UUID.randomUUID()));

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(json(answer).get("code").getAsInt()).isEqualTo(5);
    assertThat(json(answer).getAsJsonArray("details").toString())
        .contains("google.rpc.ErrorInfo", "emporion.dev", "ORDER_NOT_FOUND");
  }

  @Test
  void aFieldOutOfBoundsIsNamed() throws Exception {
    var answer =
        send(
            request("/v1/carts")
                .header("content-type", JSON)
                .POST(BodyPublishers.ofString("{\"currency_code\": \"EUR\"}")));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("request_id", "google.rpc.BadRequest");
  }

  @Test
  void whatIsNotThereIsJsonToo() throws Exception {
    var answer = send(request("/v1/nothing"));

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(json(answer).has("message")).isTrue();
  }

  @Test
  void stepsOfSagasAreNotForClients() throws Exception {
    var answer =
        send(
            request("/emporion.payments.v1.PaymentsService/Authorize")
                .header("content-type", "application/grpc-web+proto")
                .POST(BodyPublishers.ofByteArray(new byte[5])));

    assertThat(answer.headers().firstValue("grpc-status")).contains("7");
  }

  @Test
  void browsersAskByGrpcWeb() throws Exception {
    var answer =
        client.send(
            request("/emporion.catalog.v1.CatalogService/ListProducts")
                .header("content-type", "application/grpc-web+proto")
                .header("x-grpc-web", "1")
                .POST(BodyPublishers.ofByteArray(new byte[5]))
                .build(),
            BodyHandlers.ofByteArray());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(new String(answer.body(), java.nio.charset.StandardCharsets.ISO_8859_1))
        .contains("grpc-status:0");
  }

  @Test
  void pagesOfThisMachineMayAskAndNoOthers() throws Exception {
    assertThat(preflight("http://localhost:3000").headers().firstValue(ALLOWED_ORIGIN))
        .contains("http://localhost:3000");
    assertThat(preflight("https://elsewhere.example").headers().firstValue(ALLOWED_ORIGIN))
        .isEmpty();
  }

  private HttpResponse<String> preflight(String origin) throws Exception {
    return send(
        request("/v1/products")
            .header("origin", origin)
            .header("access-control-request-method", "GET")
            .method("OPTIONS", BodyPublishers.noBody()));
  }

  @Test
  void aBodyThatIsTooLargeIsRefused() throws Exception {
    String body = "{\"currency_code\": \"" + "x".repeat(5 << 20) + "\"}";
    var answer =
        send(request("/v1/carts").header("content-type", JSON).POST(BodyPublishers.ofString(body)));

    assertThat(answer.statusCode()).isEqualTo(413);
  }

  @Test
  void theContractIsServedAndShown() throws Exception {
    var contract = send(request("/openapi.json"));
    assertThat(json(contract).get("openapi").getAsString()).startsWith("3.");
    assertThat(json(contract).getAsJsonObject("paths").has("/v1/products")).isTrue();
    assertThat(send(request("/docs")).body()).contains("swagger");
    assertThat(send(request("/healthz")).statusCode()).isEqualTo(200);
  }

  @Test
  void theSameIsServedByTls() throws Exception {
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, mesh.trust().getTrustManagers(), new SecureRandom());
    try (HttpClient secure = HttpClient.newBuilder().sslContext(tls).build()) {
      Address address = mesh.gatewayTls();
      var answer =
          secure.send(
              HttpRequest.newBuilder(
                      URI.create("https://localhost:" + address.port() + "/v1/products"))
                  .timeout(LIMIT)
                  .build(),
              BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + mesh.gateway() + path)).timeout(LIMIT);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static JsonObject json(HttpResponse<String> answer) {
    return JsonParser.parseString(answer.body()).getAsJsonObject();
  }
}
