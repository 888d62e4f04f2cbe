package dev.emporion.shipping;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.emporion.common.v1.Books;
import dev.emporion.common.v1.PostalAddress;
import dev.emporion.platform.BooksCheck;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Columns;
import dev.emporion.platform.Columns.Column;
import dev.emporion.platform.Database;
import dev.emporion.platform.Filter;
import dev.emporion.platform.OrderBy;
import dev.emporion.platform.Outbox;
import dev.emporion.platform.Pages;
import dev.emporion.platform.SavedAnswer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jdbi.v3.core.statement.SqlStatement;

/** Every SQL statement about shipments; each method is one of them, one round trip, one commit. */
final class ShipmentStore {
  private static final Columns FILTERED =
      Columns.of(
          Column.uuid("order_id", "s.order_id"),
          Column.choice("state", "s.state", Shipment.State.class),
          Column.timestamp("create_time", "s.created_at"));
  private static final Columns ORDERED =
      Columns.of(
          Column.timestamp("create_time", "s.created_at"),
          Column.uuid("shipment_id", "s.shipment_id"));

  private static final String SHIPMENT =
      """
      s.shipment_id, s.order_id, s.state, s.address, s.delivery_option, s.carrier,
      s.tracking_number, s.version, s.created_at, s.shipped_at, s.delivered_at, s.cancelled_at,
      s.request_hash, l.line_numbers, l.skus, l.location_ids, l.quantities
      """;

  /** The primary key gives the lines in this order. */
  private static final String ITS_LINES =
      """
      lateral (
        select array_agg(line_number) as line_numbers, array_agg(sku) as skus,
          array_agg(location_id) as location_ids, array_agg(quantity) as quantities
        from (
          select line_number, sku, location_id, quantity from shipment_lines
          where shipment_id = s.shipment_id order by line_number, location_id) as sorted) as l
      """;

  private static final String FIND =
      "select " + SHIPMENT + " from shipments s, " + ITS_LINES + " where s.shipment_id = :id";

  private static final String LOAD =
      "select "
          + SHIPMENT
          + ", q.payload_hash, q.answer from (select) as one "
          + " left join shipments s on s.shipment_id = :id left join "
          + ITS_LINES
          + """
             on true
          left join requests q
            on q.caller = :caller and q.rpc = :rpc and q.request_id = :request_id
          """;

  private static final String LIST =
      "with page as (select s.shipment_id from shipments s where %s order by %s limit :limit) select "
          + SHIPMENT
          + " from page join shipments s using (shipment_id), "
          + ITS_LINES
          + " order by %2$s";

  private static final String CREATE =
      """
      with made as (
        insert into shipments (shipment_id, order_id, state, address, delivery_option, version,
          created_at, caller, request_hash)
        values (:aggregate_id, :order_id, 'CREATED', :address, :delivery_option, :sequence,
          :created_at, :caller, :payload_hash)
        on conflict (shipment_id) do nothing
        returning shipment_id),
      lines as (
        insert into shipment_lines (shipment_id, line_number, sku, location_id, quantity)
        select m.shipment_id, l.line_number, l.sku, l.location_id, l.quantity
        from made m, unnest(:line_numbers, :skus, :location_ids, :quantities)
          as l (line_number, sku, location_id, quantity))
      insert into outbox (aggregate_id, sequence, type, payload, trace_parent)
      select m.shipment_id, :sequence, :event_type, :event_payload, :trace_parent from made m
      """;

  private static final String SAVE =
      """
      with saved as (
        update shipments
        set state = :state, carrier = :carrier, tracking_number = :tracking_number,
          shipped_at = :shipped_at, delivered_at = :delivered_at, cancelled_at = :cancelled_at,
          version = :sequence
        where shipment_id = :aggregate_id and version = :sequence - 1
        returning shipment_id),
      event as (
        insert into outbox (aggregate_id, sequence, type, payload, trace_parent)
        select s.shipment_id, :sequence, :event_type, :event_payload, :trace_parent from saved s)
      insert into requests (caller, rpc, request_id, payload_hash, answer)
      select :caller, :rpc, :request_id, :payload_hash, :answer from saved
      """;

  private static final String BURY =
      """
      with saved as (
        insert into shipments (shipment_id, state, version, created_at, cancelled_at, caller)
        values (:aggregate_id, 'CANCELLED', :sequence, :created_at, :created_at, :caller)
        on conflict (shipment_id) do nothing
        returning shipment_id),
      event as (
        insert into outbox (aggregate_id, sequence, type, payload, trace_parent)
        select s.shipment_id, :sequence, :event_type, :event_payload, :trace_parent from saved s)
      insert into requests (caller, rpc, request_id, payload_hash, answer)
      select :caller, :rpc, :request_id, :payload_hash, :answer from saved
      """;

  private static final String REMEMBER =
      """
      insert into requests (caller, rpc, request_id, payload_hash, answer)
      values (:caller, :rpc, :request_id, :payload_hash, :answer)
      """;

  private static final String AUDIT =
      "select " + SHIPMENT + " from shipments s, " + ITS_LINES + " where ";

  private static final String AUDIT_THESE =
      AUDIT + "s.shipment_id = any(:ids) order by s.shipment_id";

  private static final String AUDIT_PAGE =
      AUDIT
          + " s.shipment_id > :after and s.request_hash is not null"
          + " order by s.shipment_id limit :limit";

  private final Database database;

  ShipmentStore(Database database) {
    this.database = database;
  }

  /** What a change starts from: the answer of an earlier twin, and the shipment. */
  record Loaded(SavedAnswer saved, Optional<Shipment> shipment) {}

  /** Saves a new shipment and its event; false: there is one of this id, or a tombstone. */
  boolean create(Claim claim, Shipment shipment) {
    return database.run(
        handle ->
            bindLines(bindEvent(claim.bind(handle.createUpdate(CREATE)), shipment), shipment)
                    .bind("order_id", shipment.orderId())
                    .bind("address", shipment.address().toByteArray())
                    .bind("delivery_option", shipment.deliveryOption())
                    .bind("created_at", shipment.createdAt())
                    .execute()
                > 0);
  }

  /**
   * The shipment that this claim made, as it now stands; or its tombstone.
   *
   * @throws dev.emporion.platform.Failure ALREADY_EXISTS / REQUEST_ID_REUSED
   */
  Shipment madeBy(Claim claim) {
    return database.run(
        handle ->
            handle
                .createQuery(FIND)
                .bind("id", claim.requestId())
                .map(
                    (row, context) -> {
                      Shipment made = shipment(row);
                      if (!made.isTombstone()) {
                        claim.requireSamePayload(row.getBytes("request_hash"));
                      }
                      return made;
                    })
                .one());
  }

  Loaded load(Claim claim, UUID shipmentId) {
    return database.run(
        handle ->
            claim
                .bind(handle.createQuery(LOAD))
                .bind("id", shipmentId)
                .map((row, context) -> new Loaded(SavedAnswer.read(row), shipmentIfAny(row)))
                .one());
  }

  /** Saves the next version, its event and the answer; 0: somebody changed it since the load. */
  int save(Claim claim, Shipment next, Message answer) {
    return database.run(
        handle ->
            bindEvent(claim.bind(handle.createUpdate(SAVE)), next)
                .bind("state", next.state().name())
                .bind("carrier", next.carrier())
                .bind("tracking_number", next.trackingNumber())
                .bind("shipped_at", next.shippedAt())
                .bind("delivered_at", next.deliveredAt())
                .bind("cancelled_at", next.cancelledAt())
                .bind("answer", answer.toByteArray())
                .execute());
  }

  /** Saves a tombstone, its event and the answer; 0: there is a shipment of this id after all. */
  int bury(Claim claim, Shipment tombstone, Message answer) {
    return database.run(
        handle ->
            bindEvent(claim.bind(handle.createUpdate(BURY)), tombstone)
                .bind("created_at", tombstone.createdAt())
                .bind("answer", answer.toByteArray())
                .execute());
  }

  /** Saves the answer of a claim that changed nothing. */
  int remember(Claim claim, Message answer) {
    return database.run(
        handle ->
            claim
                .bind(handle.createUpdate(REMEMBER))
                .bind("answer", answer.toByteArray())
                .execute());
  }

  /** By id; those that there are. */
  List<Shipment> audit(List<UUID> ids) {
    return database.run(
        handle ->
            handle
                .createQuery(AUDIT_THESE)
                .bindArray("ids", UUID.class, ids)
                .map((row, context) -> shipment(row))
                .list());
  }

  /** By id, those after one; tombstones are left out. */
  List<Shipment> audit(UUID after, int limit) {
    return database.run(
        handle ->
            handle
                .createQuery(AUDIT_PAGE)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> shipment(row))
                .list());
  }

  Books checkBooks() {
    return new BooksCheck(database)
        .count("shipments", "shipments")
        .oneEventAChange("shipments", "shipment_id", "version")
        .run();
  }

  Optional<Shipment> find(UUID shipmentId) {
    return database.run(
        handle ->
            handle
                .createQuery(FIND)
                .bind("id", shipmentId)
                .map((row, context) -> shipment(row))
                .findOne());
  }

  /** Newest first. */
  Pages.Page<Shipment> list(int pageSize, String pageToken, String filterText) {
    var filter = Filter.parse(filterText, FILTERED);
    var order = OrderBy.parse("", ORDERED, "create_time desc", "shipment_id");
    var pages = Pages.read("ListShipments", pageSize, pageToken, filter, order);
    List<Shipment> rows =
        database.run(
            handle ->
                pages
                    .bind(handle.createQuery(LIST.formatted(pages.sql(), order.sql())))
                    .map((row, context) -> shipment(row))
                    .list());
    return pages.page(
        rows,
        (shipment, field) ->
            field.equals("shipment_id") ? shipment.shipmentId() : shipment.createdAt());
  }

  private static <S extends SqlStatement<S>> S bindEvent(S statement, Shipment shipment) {
    return Outbox.bind(
        statement, shipment.shipmentId(), shipment.version(), ShippingProto.event(shipment));
  }

  private static <S extends SqlStatement<S>> S bindLines(S statement, Shipment shipment) {
    return statement
        .bindArray("line_numbers", Integer.class, each(shipment, Shipment.Line::lineNumber))
        .bindArray("skus", String.class, each(shipment, Shipment.Line::sku))
        .bindArray("location_ids", String.class, each(shipment, Shipment.Line::locationId))
        .bindArray("quantities", Integer.class, each(shipment, Shipment.Line::quantity));
  }

  private static <T> List<T> each(Shipment shipment, Function<Shipment.Line, T> value) {
    return shipment.lines().stream().map(value).toList();
  }

  private static Optional<Shipment> shipmentIfAny(ResultSet row) throws SQLException {
    return row.getString("state") == null ? Optional.empty() : Optional.of(shipment(row));
  }

  private static Shipment shipment(ResultSet row) throws SQLException {
    return new Shipment(
        row.getObject("shipment_id", UUID.class),
        row.getObject("order_id", UUID.class),
        Shipment.State.valueOf(row.getString("state")),
        lines(row),
        address(row.getBytes("address")),
        Objects.requireNonNullElse(row.getString("delivery_option"), ""),
        row.getString("carrier"),
        row.getString("tracking_number"),
        instant(row, "created_at"),
        instant(row, "shipped_at"),
        instant(row, "delivered_at"),
        instant(row, "cancelled_at"),
        row.getInt("version"));
  }

  /** A tombstone has none. */
  private static List<Shipment.Line> lines(ResultSet row) throws SQLException {
    if (row.getArray("line_numbers") == null) {
      return List.of();
    }
    var lineNumbers = (Integer[]) row.getArray("line_numbers").getArray();
    var skus = (String[]) row.getArray("skus").getArray();
    var locationIds = (String[]) row.getArray("location_ids").getArray();
    var quantities = (Integer[]) row.getArray("quantities").getArray();
    return IntStream.range(0, skus.length)
        .mapToObj(i -> new Shipment.Line(lineNumbers[i], skus[i], locationIds[i], quantities[i]))
        .toList();
  }

  private static PostalAddress address(byte[] bytes) {
    try {
      return bytes == null ? null : PostalAddress.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("unreadable address of a shipment", e);
    }
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
