package dev.emporion.shipping;

import com.google.protobuf.Message;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Columns;
import dev.emporion.platform.Columns.Column;
import dev.emporion.platform.Combiner;
import dev.emporion.platform.Database;
import dev.emporion.platform.Filter;
import dev.emporion.platform.OrderBy;
import dev.emporion.platform.Pages;
import dev.emporion.platform.Rows;
import dev.emporion.platform.SavedAnswer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.statement.SqlStatement;

/** Every SQL statement about zones; each method is one of them, one round trip and one commit. */
final class ZoneStore {
  /** What two zones break that claim the same region. */
  static final String REGION_IS_UNIQUE = "zone_regions_region_is_unique";

  private static final Columns COLUMNS = Columns.of(Column.text("zone_id", "z.zone_id"));

  private static final String ZONE =
      """
      z.zone_id, z.display_name, z.options, z.version,
      array(select r.region from zone_regions r where r.zone_id = z.zone_id order by r.region)
        as regions
      """;

  private static final String FIND = "select " + ZONE + " from zones z where zone_id = :zone_id";

  private static final String LOAD =
      "select "
          + ZONE
          + """
          , q.payload_hash, q.answer
          from (select) as one
          left join zones z on z.zone_id = :zone_id
          left join requests q
            on q.caller = :caller and q.rpc = :rpc and q.request_id = :request_id
          """;

  private static final String LIST =
      "select " + ZONE + " from zones z where %s order by %s limit :limit";

  /** The longer a region's name, the more exact it is: US-CA, US, *. */
  private static final String OPTIONS_FOR =
      """
      select w.number, z.options
      from unnest(:exact, :country) with ordinality as w(exact, country, number)
      cross join lateral (
        select r.zone_id from zone_regions r where r.region in (w.exact, w.country, '*')
        order by length(r.region) desc limit 1) r
      join zones z on z.zone_id = r.zone_id
      """;

  private static final String TAKEN =
      """
      select region from zone_regions
      where region = any (:regions) and zone_id <> :zone_id
      order by region limit 1
      """;

  private static final String CREATE =
      """
      with saved as (
        insert into zones (zone_id, display_name, options, version)
        values (:zone_id, :display_name, :options, :version)
        on conflict do nothing
        returning zone_id),
      regions as (
        insert into zone_regions (region, zone_id)
        select r.region, s.zone_id from saved s, unnest(:regions) as r (region) order by r.region)
      insert into requests (caller, rpc, request_id, payload_hash, answer)
      select :caller, :rpc, :request_id, :payload_hash, :answer from saved
      """;

  /**
   * All parts see the zone as it was before: a region that stays is neither taken out nor put in.
   */
  private static final String UPDATE =
      """
      with saved as (
        update zones
        set display_name = :display_name, options = :options, version = :version
        where zone_id = :zone_id and version = :version - 1
        returning zone_id),
      gone as (
        delete from zone_regions r using saved s
        where r.zone_id = s.zone_id and r.region <> all (:regions)),
      come as (
        insert into zone_regions (region, zone_id)
        select n.region, s.zone_id from saved s, unnest(:regions) as n (region)
        where not exists (
          select from zone_regions r where r.region = n.region and r.zone_id = s.zone_id)
        order by n.region)
      insert into requests (caller, rpc, request_id, payload_hash, answer)
      select :caller, :rpc, :request_id, :payload_hash, :answer from saved
      """;

  private static final int MAX_BATCH = 64;
  private static final int MAX_WAITING = 10_000;
  private static final int LANE = 0;

  private final Database database;
  private final Combiner<Integer, Destination, Optional<List<Zone.Option>>> optionsFor;

  ZoneStore(Database database) {
    this.database = database;
    optionsFor =
        new Combiner<>(MAX_BATCH, MAX_WAITING, (lane, destinations) -> optionsFor(destinations));
  }

  /** What a change starts from: the answer of an earlier twin, and the zone. */
  record Loaded(SavedAnswer saved, Optional<Zone> zone) {}

  Loaded load(Claim claim, String zoneId) {
    return database.run(
        handle ->
            claim
                .bind(handle.createQuery(LOAD))
                .bind("zone_id", zoneId)
                .map((row, context) -> new Loaded(SavedAnswer.read(row), zoneIfAny(row)))
                .one());
  }

  /** Saves a new zone and the answer; 0: there is a zone of this id. */
  int create(Claim claim, Zone zone, Message answer) {
    return save(CREATE, claim, zone, answer);
  }

  /** Saves the zone's next version and the answer; 0: somebody changed it since it was loaded. */
  int update(Claim claim, Zone next, Message answer) {
    return save(UPDATE, claim, next, answer);
  }

  private int save(String statement, Claim claim, Zone zone, Message answer) {
    return database.run(
        handle ->
            bindRegions(claim.bind(handle.createUpdate(statement)), zone)
                .bind("display_name", zone.displayName())
                .bind("options", ShippingProto.encode(zone.options()))
                .bind("version", zone.version())
                .bind("answer", answer.toByteArray())
                .execute());
  }

  /** The first of the zone's regions that another zone has. */
  Optional<String> takenRegion(Zone zone) {
    return database.run(
        handle -> bindRegions(handle.createQuery(TAKEN), zone).mapTo(String.class).findOne());
  }

  private static <S extends SqlStatement<S>> S bindRegions(S statement, Zone zone) {
    return statement
        .bind("zone_id", zone.zoneId())
        .bindArray("regions", String.class, zone.regions());
  }

  Optional<Zone> find(String zoneId) {
    return database.run(
        handle ->
            handle
                .createQuery(FIND)
                .bind("zone_id", zoneId)
                .map((row, context) -> zone(row))
                .findOne());
  }

  /** By id. */
  Pages.Page<Zone> list(int pageSize, String pageToken) {
    var order = OrderBy.parse("", COLUMNS, "zone_id", "zone_id");
    var pages = Pages.read("ListZones", pageSize, pageToken, Filter.parse("", COLUMNS), order);
    List<Zone> rows =
        database.run(
            handle ->
                pages
                    .bind(handle.createQuery(LIST.formatted(pages.sql(), order.sql())))
                    .map((row, context) -> zone(row))
                    .list());
    return pages.page(rows, (zone, field) -> zone.zoneId());
  }

  /**
   * The options of the one zone that holds for a destination. Every quote asks for them: what comes
   * while a statement runs is asked together by the next.
   */
  Optional<List<Zone.Option>> optionsFor(String regionCode, String administrativeArea) {
    return optionsFor.call(LANE, new Destination(regionCode, administrativeArea));
  }

  private record Destination(String regionCode, String administrativeArea) {
    String exact() {
      return Zone.exactRegion(regionCode, administrativeArea);
    }
  }

  private List<Optional<List<Zone.Option>>> optionsFor(List<Destination> destinations) {
    var distinct = List.copyOf(new LinkedHashSet<>(destinations));
    var found = new HashMap<Destination, List<Zone.Option>>();
    database.run(
        handle -> {
          Rows.bind(handle.createQuery(OPTIONS_FOR), distinct)
              .texts("exact", Destination::exact)
              .texts("country", Destination::regionCode)
              .statement()
              .map((row, context) -> Map.entry(row.getInt("number"), row.getBytes("options")))
              .forEach(
                  row ->
                      found.put(
                          distinct.get(row.getKey() - 1), ShippingProto.decode(row.getValue())));
          return found;
        });
    return destinations.stream().map(one -> Optional.ofNullable(found.get(one))).toList();
  }

  private static Optional<Zone> zoneIfAny(ResultSet row) throws SQLException {
    return row.getString("zone_id") == null ? Optional.empty() : Optional.of(zone(row));
  }

  private static Zone zone(ResultSet row) throws SQLException {
    return new Zone(
        row.getString("zone_id"),
        row.getString("display_name"),
        List.of((String[]) row.getArray("regions").getArray()),
        ShippingProto.decode(row.getBytes("options")),
        row.getInt("version"));
  }
}
