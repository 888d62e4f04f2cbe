package dev.emporion.shipping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.rpc.BadRequest;
import dev.emporion.common.v1.Books;
import dev.emporion.common.v1.PostalAddress;
import dev.emporion.platform.App;
import dev.emporion.platform.Caller;
import dev.emporion.platform.Database;
import dev.emporion.platform.DatabaseConfig;
import dev.emporion.platform.Failure;
import dev.emporion.platform.GrpcServer;
import dev.emporion.platform.Money;
import dev.emporion.platform.Settings;
import dev.emporion.platform.Telemetry;
import dev.emporion.shipping.v1.CheckBooksRequest;
import dev.emporion.shipping.v1.CreateShipmentRequest;
import dev.emporion.shipping.v1.CreateZoneRequest;
import dev.emporion.shipping.v1.DeliveryOption;
import dev.emporion.shipping.v1.Rate;
import dev.emporion.shipping.v1.ShipmentLine;
import dev.emporion.shipping.v1.ShippingServiceGrpc;
import dev.emporion.shipping.v1.ShippingServiceGrpc.ShippingServiceBlockingStub;
import dev.emporion.testing.TestDatabase;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Shipping as it is served, on a real database of its own, and a client of it. */
final class ShippingFixture implements AutoCloseable {
  final ShippingServiceBlockingStub stub;
  private final App app;
  private final GrpcServer server;
  private final App client = new App("client", Telemetry.off());

  ShippingFixture(TestDatabase database) {
    String name = "shipping-" + UUID.randomUUID();
    app = Main.wire(Settings.read(settings(database), ShippingConfig::read), Telemetry.off());
    server = GrpcServer.inProcess(name, app);
    stub = ShippingServiceGrpc.newBlockingStub(client.channel("inprocess:" + name));
  }

  static TestDatabase database() {
    return TestDatabase.migrated(
        "shipping", url -> Database.migrate(config(new TestDatabase(url)), Main.MIGRATIONS));
  }

  static DatabaseConfig config(TestDatabase database) {
    return Settings.read(settings(database), DatabaseConfig::read);
  }

  private static Function<String, String> settings(TestDatabase database) {
    return Map.of("DATABASE_URL", database.url(), "DATABASE_POOL_SIZE", "4")::get;
  }

  Books checkBooks() {
    return Caller.as(
        Caller.operator("o"),
        () -> stub.checkBooks(CheckBooksRequest.getDefaultInstance()).getBooks());
  }

  @Override
  public void close() {
    client.close();
    server.close();
    app.close();
  }

  static CreateZoneRequest newZone(String zoneId, List<String> regions, DeliveryOption... options) {
    return CreateZoneRequest.newBuilder()
        .setRequestId(UUID.randomUUID().toString())
        .setZone(
            dev.emporion.shipping.v1.Zone.newBuilder()
                .setZoneId(zoneId)
                .setDisplayName("Zone " + zoneId)
                .addAllRegions(regions)
                .addAllOptions(List.of(options)))
        .build();
  }

  static DeliveryOption option(String code, Rate... rates) {
    return DeliveryOption.newBuilder()
        .setDeliveryOption(code)
        .setDisplayName("By " + code)
        .setMinDays(1)
        .setMaxDays(3)
        .addAllRates(List.of(rates))
        .build();
  }

  static Rate rate(String currency, long minor) {
    return rate(currency, minor, 0, null);
  }

  static Rate rate(String currency, long minor, long maxWeightGrams, Money minSubtotal) {
    var rate =
        Rate.newBuilder()
            .setPrice(new Money(currency, minor).toProto())
            .setMaxWeightGrams(maxWeightGrams);
    if (minSubtotal != null) {
      rate.setMinSubtotal(minSubtotal.toProto());
    }
    return rate.build();
  }

  static CreateShipmentRequest newShipment(String orderId) {
    return CreateShipmentRequest.newBuilder()
        .setRequestId(UUID.randomUUID().toString())
        .setOrderId(orderId)
        .addLines(line(2, "MUG", "berlin", 1))
        .addLines(line(1, "TEA-100", "porto", 3))
        .addLines(line(1, "TEA-100", "berlin", 2))
        .setAddress(
            PostalAddress.newBuilder()
                .setRecipient("Ada")
                .addAddressLines("1 Main Street")
                .setLocality("Berlin")
                .setPostalCode("10115")
                .setRegionCode("DE"))
        .setDeliveryOption("standard")
        .build();
  }

  static ShipmentLine line(int number, String sku, String locationId, int quantity) {
    return ShipmentLine.newBuilder()
        .setLineNumber(number)
        .setSku(sku)
        .setLocationId(locationId)
        .setQuantity(quantity)
        .build();
  }

  static Failure assertRefused(ThrowingCallable call, Code code, String reason) {
    var answer = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(answer).as(reason).isNotNull();
    Failure failure = Failure.from(answer);
    assertThat(failure.code() + " " + failure.reason()).isEqualTo(code + " " + reason);
    return failure;
  }

  static void assertField(Failure failure, String field) {
    var violations = failure.detail(BadRequest.class).orElseThrow().getFieldViolationsList();
    assertThat(violations).extracting(BadRequest.FieldViolation::getField).contains(field);
  }

  static <T> List<T> atOnce(int times, Callable<T> work) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> running =
          threads.invokeAll(IntStream.range(0, times).mapToObj(i -> work).toList());
      var done = new ArrayList<T>();
      for (Future<T> future : running) {
        done.add(future.get());
      }
      return done;
    }
  }
}
