package dev.emporion.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.emporion.common.v1.Books;
import dev.emporion.inventory.v1.AdjustStockRequest;
import dev.emporion.inventory.v1.Allocation;
import dev.emporion.inventory.v1.Backorder;
import dev.emporion.inventory.v1.BatchGetAvailabilityRequest;
import dev.emporion.inventory.v1.CheckBooksRequest;
import dev.emporion.inventory.v1.CommitLine;
import dev.emporion.inventory.v1.CommitReservationRequest;
import dev.emporion.inventory.v1.CreateLocationRequest;
import dev.emporion.inventory.v1.GetReservationRequest;
import dev.emporion.inventory.v1.InventoryServiceGrpc;
import dev.emporion.inventory.v1.InventoryServiceGrpc.InventoryServiceBlockingStub;
import dev.emporion.inventory.v1.Location;
import dev.emporion.inventory.v1.MovementReason;
import dev.emporion.inventory.v1.ReduceLine;
import dev.emporion.inventory.v1.ReduceReservationRequest;
import dev.emporion.inventory.v1.ReleaseReservationRequest;
import dev.emporion.inventory.v1.Reservation;
import dev.emporion.inventory.v1.ReservationEvent;
import dev.emporion.inventory.v1.ReserveLine;
import dev.emporion.inventory.v1.ReserveRequest;
import dev.emporion.inventory.v1.StockLevel;
import dev.emporion.platform.App;
import dev.emporion.platform.Caller;
import dev.emporion.platform.Database;
import dev.emporion.platform.DatabaseConfig;
import dev.emporion.platform.Failure;
import dev.emporion.platform.GrpcServer;
import dev.emporion.platform.ServerConfig;
import dev.emporion.platform.Telemetry;
import dev.emporion.testing.TestDatabase;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** The service as it is wired for production, on a real database of its own, and a client of it. */
final class Inventory implements AutoCloseable {
  static final int POOL = 6;
  private static final int TIMEOUT_MILLIS = 20_000;
  private static final int EXPIRY_SECONDS = 1;
  private static final int SWEEP_SECONDS = 1;

  final InventoryServiceBlockingStub stub;
  private final TestDatabase testDatabase;
  private final App app;
  private final GrpcServer server;
  private final App client = new App("client", Telemetry.off());

  /** With two locations: "first" is used before "second". */
  Inventory(String name) {
    this(name, emptyDatabase());
    location("second", 20);
    location("first", 10);
  }

  /** Another instance of the service on the same database. */
  Inventory(String name, TestDatabase testDatabase) {
    this.testDatabase = testDatabase;
    app =
        Main.wire(
            new InventoryConfig(
                ServerConfig.local(), config(testDatabase.url()), EXPIRY_SECONDS, SWEEP_SECONDS),
            Telemetry.off());
    server = GrpcServer.inProcess(name, app);
    stub = InventoryServiceGrpc.newBlockingStub(client.channel("inprocess:" + name));
  }

  static TestDatabase emptyDatabase() {
    return TestDatabase.migrated(
        "inventory", url -> Database.migrate(config(url), Main.MIGRATIONS));
  }

  static DatabaseConfig config(String url) {
    return new DatabaseConfig(url, POOL, TIMEOUT_MILLIS);
  }

  TestDatabase testDatabase() {
    return testDatabase;
  }

  @Override
  public void close() {
    client.close();
    server.close();
    app.close();
  }

  Location location(String locationId, int priority) {
    return stub.createLocation(newLocation(locationId, priority)).getLocation();
  }

  static CreateLocationRequest newLocation(String locationId, int priority) {
    return CreateLocationRequest.newBuilder()
        .setRequestId(newId())
        .setLocation(
            Location.newBuilder()
                .setLocationId(locationId)
                .setDisplayName("Store " + locationId)
                .setPriority(priority))
        .build();
  }

  /** A SKU that no other test knows, with stock at both locations. */
  String newSku(int atFirst, int atSecond) {
    String sku = "SKU-" + UUID.randomUUID().toString().toUpperCase().substring(0, 18);
    if (atFirst > 0) {
      stub.adjustStock(adjustment(sku, "first", atFirst));
    }
    if (atSecond > 0) {
      stub.adjustStock(adjustment(sku, "second", atSecond));
    }
    return sku;
  }

  static AdjustStockRequest adjustment(String sku, String locationId, int quantity) {
    return AdjustStockRequest.newBuilder()
        .setRequestId(newId())
        .setSku(sku)
        .setLocationId(locationId)
        .setQuantity(quantity)
        .setReason(
            quantity > 0
                ? MovementReason.MOVEMENT_REASON_RECEIVED
                : MovementReason.MOVEMENT_REASON_WRITTEN_OFF)
        .build();
  }

  List<StockLevel> levels(String sku) {
    return stub.batchGetAvailability(BatchGetAvailabilityRequest.newBuilder().addSkus(sku).build())
        .getAvailabilities(0)
        .getStockLevelsList();
  }

  /** "on hand/reserved" by priority of the locations, such as "5/2 7/0". */
  String stock(String sku) {
    return String.join(
        " ",
        levels(sku).stream().map(level -> level.getOnHand() + "/" + level.getReserved()).toList());
  }

  static ReserveRequest reservation(ReserveLine... lines) {
    return ReserveRequest.newBuilder()
        .setRequestId(newId())
        .setOrderId(newId())
        .addAllLines(List.of(lines))
        .build();
  }

  static ReserveRequest hold(ReserveLine... lines) {
    return ReserveRequest.newBuilder()
        .setRequestId(newId())
        .setExpireAfter(Duration.newBuilder().setSeconds(600))
        .addAllLines(List.of(lines))
        .build();
  }

  static ReserveLine line(String sku, int quantity) {
    return ReserveLine.newBuilder().setSku(sku).setQuantity(quantity).build();
  }

  /** A line that waits for what is not there. */
  static ReserveLine patient(String sku, int quantity) {
    return line(sku, quantity).toBuilder().setAllowBackorder(true).build();
  }

  Reservation reserve(ReserveRequest request) {
    return stub.reserve(request).getReservation();
  }

  Reservation get(String reservationId) {
    return stub.getReservation(
            GetReservationRequest.newBuilder().setReservationId(reservationId).build())
        .getReservation();
  }

  Reservation release(String reservationId) {
    return stub.releaseReservation(releaseOf(reservationId)).getReservation();
  }

  static ReleaseReservationRequest releaseOf(String reservationId) {
    return ReleaseReservationRequest.newBuilder()
        .setRequestId(newId())
        .setReservationId(reservationId)
        .build();
  }

  static ReduceReservationRequest reductionOf(String reservationId, ReduceLine... lines) {
    return ReduceReservationRequest.newBuilder()
        .setRequestId(newId())
        .setReservationId(reservationId)
        .addAllLines(List.of(lines))
        .build();
  }

  static ReduceLine less(String sku, int quantity) {
    return ReduceLine.newBuilder().setSku(sku).setQuantity(quantity).build();
  }

  Reservation reduce(ReduceReservationRequest request) {
    return stub.reduceReservation(request).getReservation();
  }

  Books books() {
    return Caller.as(
        Caller.operator("o-1"),
        () -> stub.checkBooks(CheckBooksRequest.getDefaultInstance()).getBooks());
  }

  Reservation commit(CommitReservationRequest request) {
    return stub.commitReservation(request).getReservation();
  }

  static CommitReservationRequest commitOf(String reservationId, CommitLine... lines) {
    return CommitReservationRequest.newBuilder()
        .setRequestId(newId())
        .setReservationId(reservationId)
        .addAllLines(List.of(lines))
        .build();
  }

  static CommitLine part(String sku, String locationId, int quantity) {
    return CommitLine.newBuilder()
        .setSku(sku)
        .setLocationId(locationId)
        .setQuantity(quantity)
        .build();
  }

  /** What waits, in units. */
  static List<Integer> backorders(Reservation reservation) {
    return reservation.getBackordersList().stream().map(Backorder::getQuantity).toList();
  }

  /** "location quantity/committed" of each allocation, such as "first 2/0". */
  static List<String> allocations(Reservation reservation) {
    return reservation.getAllocationsList().stream().map(Inventory::text).toList();
  }

  private static String text(Allocation allocation) {
    return "%s %d/%d"
        .formatted(
            allocation.getLocationId(),
            allocation.getQuantity(),
            allocation.getCommittedQuantity());
  }

  static String newId() {
    return UUID.randomUUID().toString();
  }

  /** Lets the time of a hold run out. */
  void runOut(String reservationId) {
    sql(
        "update reservations set expire_at = now(), due_at = now() where reservation_id = '%s'"
            .formatted(reservationId));
  }

  /** Statements that no RPC offers. */
  int sql(String statement) {
    try (Connection connection = testDatabase.connect();
        Statement sql = connection.createStatement()) {
      return sql.executeUpdate(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  List<ReservationEvent> events(String reservationId) {
    var events = new ArrayList<ReservationEvent>();
    try (Connection connection = testDatabase.connect();
        Statement sql = connection.createStatement();
        ResultSet row =
            sql.executeQuery(
                "select payload from outbox where aggregate_id = '%s' order by sequence"
                    .formatted(reservationId))) {
      while (row.next()) {
        events.add(ReservationEvent.parseFrom(row.getBytes(1)));
      }
      return events;
    } catch (SQLException | InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Everything that must hold at any moment, by the tables alone. */
  void audit() {
    assertThat(books().getViolationsList()).isEmpty();
    assertThat(
            rows(
                """
                select s.sku, s.location_id, s.reserved, s.on_hand from stock_levels s
                where s.reserved <> (
                    select coalesce(sum(l.quantity - l.committed), 0)
                    from reservation_lines l join reservations r using (reservation_id)
                    where r.state = 'ACTIVE' and l.sku = s.sku and l.location_id = s.location_id)
                  or s.on_hand <> (
                    select coalesce(sum(m.quantity), 0) from movements m
                    where m.sku = s.sku and m.location_id = s.location_id)
                  or s.on_hand < 0 or s.reserved < 0 or s.reserved > s.on_hand
                """))
        .as("stock levels that differ from their reservations or movements")
        .isEmpty();
    assertThat(
            rows(
                """
                select r.reservation_id, r.version, count(o.sequence), max(o.sequence)
                from reservations r left join outbox o on o.aggregate_id = r.reservation_id
                group by r.reservation_id
                having count(o.sequence) <> r.version or max(o.sequence) <> r.version
                """))
        .as("reservations without exactly one event a version")
        .isEmpty();
    assertThat(
            rows(
                """
                select l.reservation_id, l.sku, l.location_id from reservation_lines l
                where l.committed <> (
                  select coalesce(- sum(m.quantity), 0) from movements m
                  where m.reservation_id = l.reservation_id and m.sku = l.sku
                    and m.location_id = l.location_id)
                """))
        .as("lines whose movements differ from what left")
        .isEmpty();
  }

  List<String> rows(String query) {
    var rows = new ArrayList<String>();
    try (Connection connection = testDatabase.connect();
        Statement sql = connection.createStatement();
        ResultSet row = sql.executeQuery(query)) {
      while (row.next()) {
        var values = new ArrayList<String>();
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
          values.add(row.getString(i));
        }
        rows.add(String.join(" ", values));
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  static Failure assertRefused(ThrowingCallable call, Code code, String reason) {
    var answer = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(answer).as(reason).isNotNull();
    Failure failure = Failure.from(answer);
    assertThat(failure.code() + " " + failure.reason()).isEqualTo(code + " " + reason);
    return failure;
  }
}
