package dev.emporion.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.type.Money;
import dev.emporion.catalog.v1.ArchiveProductRequest;
import dev.emporion.catalog.v1.BatchGetVariantsRequest;
import dev.emporion.catalog.v1.BatchGetVariantsResponse;
import dev.emporion.catalog.v1.CatalogServiceGrpc;
import dev.emporion.catalog.v1.CatalogServiceGrpc.CatalogServiceBlockingStub;
import dev.emporion.catalog.v1.CreateProductRequest;
import dev.emporion.catalog.v1.GetProductRequest;
import dev.emporion.catalog.v1.Price;
import dev.emporion.catalog.v1.Product;
import dev.emporion.catalog.v1.ProductEvent;
import dev.emporion.catalog.v1.UpdateProductRequest;
import dev.emporion.catalog.v1.Variant;
import dev.emporion.platform.App;
import dev.emporion.platform.Database;
import dev.emporion.platform.DatabaseConfig;
import dev.emporion.platform.Failure;
import dev.emporion.platform.GrpcServer;
import dev.emporion.platform.ServerConfig;
import dev.emporion.platform.Telemetry;
import dev.emporion.testing.TestDatabase;
import io.grpc.Channel;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** The service as it is wired for production, on a real database of its own, and a client of it. */
final class Catalog implements AutoCloseable {
  static final int IMPORT_MAX_ROWS = 250;
  private static final int POOL = 8;
  private static final int TIMEOUT_MILLIS = 10_000;

  private final TestDatabase database = emptyDatabase();
  private final App app;
  private final GrpcServer server;
  private final App client = new App("client", Telemetry.off());
  private final Channel channel;
  private final CatalogServiceBlockingStub stub;

  Catalog(String name) {
    var config = new CatalogConfig(ServerConfig.local(), config(database.url()), IMPORT_MAX_ROWS);
    app = Main.wire(config, Telemetry.off());
    server = GrpcServer.inProcess(name, app);
    channel = client.channel("inprocess:" + name);
    stub = CatalogServiceGrpc.newBlockingStub(channel);
  }

  static TestDatabase emptyDatabase() {
    return TestDatabase.migrated("catalog", url -> Database.migrate(config(url), Main.MIGRATIONS));
  }

  static DatabaseConfig config(String url) {
    return new DatabaseConfig(url, POOL, TIMEOUT_MILLIS);
  }

  Channel channel() {
    return channel;
  }

  CatalogServiceBlockingStub stub() {
    return stub;
  }

  TestDatabase database() {
    return database;
  }

  @Override
  public void close() {
    client.close();
    server.close();
    app.close();
  }

  Product create(Product product) {
    return create(createOf(product));
  }

  Product create(CreateProductRequest request) {
    return stub.createProduct(request).getProduct();
  }

  Product update(UpdateProductRequest request) {
    return stub.updateProduct(request).getProduct();
  }

  Product archive(ArchiveProductRequest request) {
    return stub.archiveProduct(request).getProduct();
  }

  Product get(String productId) {
    return stub.getProduct(GetProductRequest.newBuilder().setProductId(productId).build())
        .getProduct();
  }

  BatchGetVariantsResponse variants(String... skus) {
    return stub.batchGetVariants(
        BatchGetVariantsRequest.newBuilder().addAllSkus(List.of(skus)).build());
  }

  /** What the outbox has of a product, in order. */
  List<ProductEvent> events(Product product) throws Exception {
    var events = new ArrayList<ProductEvent>();
    try (var connection = database.connect();
        var query =
            connection.prepareStatement(
                "select sequence, type, payload from outbox where aggregate_id = ?::uuid"
                    + " order by sequence")) {
      query.setString(1, product.getProductId());
      var rows = query.executeQuery();
      while (rows.next()) {
        assertThat(rows.getString("type")).isEqualTo("emporion.catalog.v1.ProductEvent");
        var event = ProductEvent.parseFrom(rows.getBytes("payload"));
        assertThat(event.getSequence()).isEqualTo(rows.getInt("sequence"));
        events.add(event);
      }
    }
    return events;
  }

  static CreateProductRequest createOf(Product product) {
    return CreateProductRequest.newBuilder().setRequestId(newId()).setProduct(product).build();
  }

  static UpdateProductRequest updateOf(Product product, String... paths) {
    var request = UpdateProductRequest.newBuilder().setRequestId(newId()).setProduct(product);
    request.getUpdateMaskBuilder().addAllPaths(List.of(paths));
    return request.build();
  }

  static ArchiveProductRequest archiveOf(Product product) {
    return ArchiveProductRequest.newBuilder()
        .setRequestId(newId())
        .setProductId(product.getProductId())
        .build();
  }

  static Product product(String title, String... skus) {
    var product =
        Product.newBuilder()
            .setTitle(title)
            .setDescription("About " + title)
            .setCategory("things/" + title.length());
    for (String sku : skus) {
      product.addVariants(variant(sku));
    }
    return product.build();
  }

  static Variant variant(String sku) {
    return Variant.newBuilder()
        .setSku(sku)
        .setTitle("One " + sku)
        .addPrices(price("EUR", 12, 400_000_000, 1))
        .addPrices(price("EUR", 11, 0, 10))
        .addPrices(price("JPY", 1500, 0, 1))
        .addPrices(price("BHD", 5, 125_000_000, 1))
        .setWeightGrams(250)
        .setTaxCategory("reduced")
        .setAllowBackorder(true)
        .build();
  }

  static Price price(String currency, long units, int nanos, int minQuantity) {
    return Price.newBuilder()
        .setUnitPrice(Money.newBuilder().setCurrencyCode(currency).setUnits(units).setNanos(nanos))
        .setMinQuantity(minQuantity)
        .build();
  }

  static String newId() {
    return UUID.randomUUID().toString();
  }

  static Failure assertRefused(ThrowingCallable call, Code code, String reason) {
    var status = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(status).as("refused").isNotNull();
    var failure = Failure.from(status);
    assertThat(failure.code()).as(status.getMessage()).isEqualTo(code);
    assertThat(failure.reason()).isEqualTo(reason);
    return failure;
  }
}
