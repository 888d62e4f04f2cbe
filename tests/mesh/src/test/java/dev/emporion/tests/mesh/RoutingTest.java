package dev.emporion.tests.mesh;

import static dev.emporion.testing.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.google.rpc.Code;
import com.google.rpc.RetryInfo;
import com.google.type.Money;
import dev.emporion.catalog.v1.BatchGetVariantsRequest;
import dev.emporion.catalog.v1.CatalogServiceGrpc;
import dev.emporion.catalog.v1.CatalogServiceGrpc.CatalogServiceBlockingStub;
import dev.emporion.catalog.v1.CreateProductRequest;
import dev.emporion.catalog.v1.Price;
import dev.emporion.catalog.v1.Product;
import dev.emporion.catalog.v1.Variant;
import dev.emporion.mesh.shop.Shop;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two versions of catalog, and rules that part the calls between them. */
@ExtendWith(RunningMesh.class)
class RoutingTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int CALLS = 1000;
  private static final long SHARE = 200;
  private static final long FIVE_POINTS = 50;
  private static final long DEADLINE_SECONDS = 10;
  private static final Money FIVE_EUROS =
      Money.newBuilder().setCurrencyCode("EUR").setUnits(5).build();
  private static final String ROUTES = "catalog/timeouts-and-retries.yaml";
  private static final Metadata.Key<String> VERSION = key("x-version");

  /** Which edition of the rules a call met. */
  private static final Metadata.Key<String> EDITION = key("x-edition");

  private static final String SUBSETS =
      """
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata:
        name: catalog
        namespace: emporion
      spec:
        host: catalog
        subsets:
          - name: v1
            labels:
              version: v1
          - name: v2
            labels:
              version: v2
      """;

  private final String edition = UUID.randomUUID().toString();
  private final Driver mesh;
  private final Yaml yaml;
  private final Shop shop;
  private final String stable;
  private final String canary;

  RoutingTest(Driver mesh) {
    this.mesh = mesh;
    yaml = new Yaml(mesh);
    shop = Shop.at(mesh.gateway().toString());
    stable = mesh.instances("catalog").getFirst();
    canary = mesh.instances("catalog-canary").getFirst();
    yaml.write("catalog/pool-and-breaker.yaml", SUBSETS);
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  @AfterEach
  void putBack() {
    yaml.close();
    within(LIMIT, () -> assertThat(edition()).isNull());
    shop.close();
  }

  @Test
  void weightsPartTheCalls() {
    route(rule("", "", to("v1", 80) + to("v2", 20)));
    long before = requests(canary);
    long both = before + requests(stable);

    for (int i = 0; i < CALLS; i++) {
      ask(catalog());
    }

    assertThat(requests(canary) - before).isBetween(SHARE - FIVE_POINTS, SHARE + FIVE_POINTS);
    assertThat(requests(canary) + requests(stable) - both).isEqualTo(CALLS);
  }

  @Test
  void aHeaderChoosesTheVersion() {
    String chosen =
        """
                  headers:
                    x-version:
                      exact: v2
        """;
    route(rule(chosen, "", to("v2", 100)) + rule("", "", to("v1", 100)));
    long before = requests(canary);

    ask(catalog());
    assertThat(requests(canary)).isEqualTo(before);

    Metadata headers = new Metadata();
    headers.put(VERSION, "v2");
    ask(catalog().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers)));
    assertThat(requests(canary)).isEqualTo(before + 1);
  }

  @Test
  void aFaultIsSeenByClientsUntilItsRuleIsGone() {
    String fault =
        """
              fault:
                abort:
                  percentage:
                    value: 100
                  grpcStatus: RESOURCE_EXHAUSTED
        """;
    write(rule("", fault, to("v1", 100)));
    within(
        LIMIT,
        () ->
            assertThatThrownBy(() -> ask(catalog()))
                .asInstanceOf(type(StatusRuntimeException.class))
                .extracting(e -> e.getStatus().getCode())
                .isEqualTo(Status.Code.RESOURCE_EXHAUSTED));

    route(rule("", "", to("v1", 100)));
    ask(catalog());
  }

  @ParameterizedTest
  @ValueSource(ints = {503, 504})
  void whatTheGatewayCannotReachInTimeMayBeAskedAgainAfterASecond(int status) {
    String fault =
        """
              fault:
                abort:
                  percentage:
                    value: 100
                  httpStatus: %d
        """
            .formatted(status);
    write(rule("", fault, to("v1", 100)));
    within(
        LIMIT,
        () ->
            assertThatThrownBy(() -> ask(catalog()))
                .extracting(StatusProto::fromThrowable)
                .satisfies(
                    told -> {
                      assertThat(told.getCode()).isEqualTo(Code.UNAVAILABLE_VALUE);
                      assertThat(told.getDetailsList()).anyMatch(any -> any.is(RetryInfo.class));
                    }));

    route(rule("", "", to("v1", 100)));
    ask(catalog());
  }

  @Test
  void mirroredCallsArriveAndChangeNothing() {
    String mirror =
        """
              mirror:
                host: catalog
                subset: v2
                port:
                  number: 50051
              mirrorPercentage:
                value: 100
        """;
    route(rule("", mirror, to("v1", 100)));
    long before = requests(canary);
    String sku = "MIRROR-" + UUID.randomUUID().toString().toUpperCase(Locale.ROOT);
    Variant variant =
        Variant.newBuilder()
            .setSku(sku)
            .addPrices(Price.newBuilder().setMinQuantity(1).setUnitPrice(FIVE_EUROS))
            .build();

    Product made =
        shop.as("merchant/1")
            .catalog()
            .createProduct(
                CreateProductRequest.newBuilder()
                    .setRequestId(UUID.randomUUID().toString())
                    .setProduct(Product.newBuilder().setTitle("Mirrored").addVariants(variant))
                    .build())
            .getProduct();

    within(LIMIT, () -> assertThat(requests(canary)).isGreaterThan(before));
    var found =
        catalog()
            .batchGetVariants(BatchGetVariantsRequest.newBuilder().addSkus(sku).build())
            .getVariantsList();
    assertThat(found).hasSize(1);
    assertThat(made.getVariants(0).getSku()).isEqualTo(sku);
  }

  /** One rule for the calls to catalog that match, too, what is given. */
  private String rule(String match, String extra, String destinations) {
    return """
            - name: %s
              match:
                - uri:
                    prefix: /emporion.catalog.v1.CatalogService/
        """
            .formatted("rule-" + UUID.randomUUID())
        + match
        + """
              headers:
                response:
                  set:
                    x-edition: "%s"
        """
            .formatted(edition)
        + extra
        + "      route:\n"
        + destinations;
  }

  private static String to(String subset, int weight) {
    return """
                - destination:
                    host: catalog
                    subset: %s
                    port:
                      number: 50051
                  weight: %d
        """
        .formatted(subset, weight);
  }

  /** At the gateway, and returns when calls meet them. */
  private void route(String rules) {
    write(rules);
    within(LIMIT, () -> assertThat(edition()).isEqualTo(edition));
  }

  /** The routes of services among themselves stay as they are. */
  private void write(String rules) {
    String now = yaml.read(ROUTES);
    String head =
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata:
          name: catalog-public
          namespace: emporion
        spec:
          gateways: [gateway]
          hosts: ["*"]
          http:
        """;
    yaml.write(ROUTES, head + rules + now.substring(now.indexOf("---")));
  }

  private String edition() {
    var headers = new AtomicReference<Metadata>();
    var trailers = new AtomicReference<Metadata>();
    ask(catalog().withInterceptors(MetadataUtils.newCaptureMetadataInterceptor(headers, trailers)));
    return headers.get().get(EDITION);
  }

  private CatalogServiceBlockingStub catalog() {
    return CatalogServiceGrpc.newBlockingStub(shop.channel())
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  private static void ask(CatalogServiceBlockingStub catalog) {
    catalog.batchGetVariants(BatchGetVariantsRequest.newBuilder().addSkus("MUG-BLUE").build());
  }

  private long requests(String instance) {
    return mesh.counter(
        instance, name -> name.matches("http\\.inbound.*\\.downstream_rq_completed"));
  }
}
