package dev.emporion.carts;

import com.google.protobuf.Message;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Database;
import dev.emporion.platform.SavedAnswer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.result.ResultIterable;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * The statements on carts, but for those of {@link BusyCartStore}; each is one round trip and one
 * transaction. The time is the database's, so that instances agree on what has expired.
 */
final class CartStore {
  /**
   * A cart that expired is kept this much longer, unseen, and so is one that was merged (it expires
   * as of its creation): the request id that made it stays known as long as any other.
   */
  private static final int KEEP_HOURS = 24;

  /**
   * In full hours, rounded up: an index on a column that most changes leave as it is costs them
   * nothing (the update stays within the page, "HOT").
   */
  static final String EXPIRY = "date_trunc('hour', %s) + make_interval(hours => :ttl_hours + 1)";

  static final String COLUMNS =
      """
      c.cart_id, c.customer_id, c.currency, c.skus, c.quantities, c.version, c.expire_at,
      c.created_at, c.updated_at
      """;

  private static final String LOAD =
      """
      select r.payload_hash, r.answer, m.now, m.next_expire_at, %s
      from (select now() as now, %s as next_expire_at) m
      left join requests r
        on r.caller = :caller and r.rpc = :rpc and r.request_id = :request_id
      left join carts c on c.cart_id = any(:cart_ids) and c.expire_at > m.now
      """
          .formatted(COLUMNS, EXPIRY.formatted("now()"));

  private static final String SAVE =
      """
      with saved as (
        update carts set skus = :skus, quantities = :quantities, version = :version,
            expire_at = :expire_at, updated_at = :updated_at
        where cart_id = :cart_id and version = :version - 1
        returning cart_id)
      insert into requests (caller, rpc, request_id, payload_hash, answer)
      select :caller, :rpc, :request_id, :payload_hash, :answer from saved
      """;

  /** Both carts or neither: their rows are taken in the order of their ids, then changed. */
  private static final String SAVE_MERGED =
      """
      with taken as (
        select cart_id from carts
        where cart_id = :cart_id and version = :version - 1
           or cart_id = :guest_cart_id and version = :guest_version
        order by cart_id for update),
      gone as (
        update carts set skus = '{}', quantities = '{}', version = version + 1,
            expire_at = created_at, updated_at = :updated_at
        where cart_id = :guest_cart_id and (select count(*) from taken) = 2),
      saved as (
        update carts set skus = :skus, quantities = :quantities, version = :version,
            expire_at = :expire_at, updated_at = :updated_at
        where cart_id = :cart_id and (select count(*) from taken) = 2
        returning cart_id)
      insert into requests (caller, rpc, request_id, payload_hash, answer)
      select :caller, :rpc, :request_id, :payload_hash, :answer from saved
      """;

  private static final String SWEEP =
      """
      delete from carts where cart_id in (
        select cart_id from carts where expire_at <= now() - make_interval(hours => :keep_hours)
        order by expire_at limit :batch for update skip locked)
      """;

  private final Database database;
  private final int ttlHours;

  /**
   * @param ttlHours how long an untouched cart is kept
   */
  CartStore(Database database, int ttlHours) {
    this.database = database;
    this.ttlHours = ttlHours;
  }

  /** What a change starts from: the answer of an earlier twin, the time, and the living carts. */
  record Loaded(SavedAnswer saved, Cart.Moment moment, Map<UUID, Cart> carts) {
    Optional<Cart> cart(UUID cartId) {
      return Optional.ofNullable(carts.get(cartId));
    }
  }

  Loaded load(Claim claim, List<UUID> cartIds) {
    return database.run(
        handle ->
            loaded(
                claim
                    .bind(handle.createQuery(LOAD))
                    .bindArray("cart_ids", UUID.class, cartIds)
                    .bind("ttl_hours", ttlHours)
                    .map((row, context) -> loaded(row))));
  }

  /** One row a living cart, or one row without a cart. */
  private static Loaded loaded(ResultIterable<Loaded> rows) {
    var carts = new HashMap<UUID, Cart>();
    List<Loaded> all = rows.list();
    all.forEach(row -> carts.putAll(row.carts));
    return new Loaded(all.getFirst().saved, all.getFirst().moment, Map.copyOf(carts));
  }

  private static Loaded loaded(ResultSet row) throws SQLException {
    Cart cart = cart(row);
    return new Loaded(
        SavedAnswer.read(row),
        new Cart.Moment(instant(row, "now"), instant(row, "next_expire_at")),
        cart == null ? Map.of() : Map.of(cart.cartId(), cart));
  }

  /** Saves the next version and the answer; 0: somebody changed the cart since it was loaded. */
  int save(Claim claim, Cart next, Message answer) {
    return database.run(
        handle -> change(claim.bind(handle.createUpdate(SAVE)), next, answer).execute());
  }

  /** Like {@link #save}, and ends the guest's cart. */
  int saveMerged(Claim claim, Cart next, Cart guest, Message answer) {
    return database.run(
        handle ->
            change(claim.bind(handle.createUpdate(SAVE_MERGED)), next, answer)
                .bind("guest_cart_id", guest.cartId())
                .bind("guest_version", guest.version())
                .execute());
  }

  /** Deletes carts that expired long enough ago, the oldest first, and returns how many. */
  int sweep(int batch) {
    return database.run(
        handle ->
            handle
                .createUpdate(SWEEP)
                .bind("keep_hours", KEEP_HOURS)
                .bind("batch", batch)
                .execute());
  }

  private static <S extends SqlStatement<S>> S change(S statement, Cart next, Message answer) {
    return lines(statement, next)
        .bind("cart_id", next.cartId())
        .bind("version", next.version())
        .bind("expire_at", next.expireAt())
        .bind("updated_at", next.updatedAt())
        .bind("answer", answer.toByteArray());
  }

  private static <S extends SqlStatement<S>> S lines(S statement, Cart cart) {
    return statement
        .bindArray("skus", String.class, cart.lines().stream().map(Cart.Line::sku).toList())
        .bindArray(
            "quantities", Integer.class, cart.lines().stream().map(Cart.Line::quantity).toList());
  }

  /** Null where an outer join found none. */
  static Cart cart(ResultSet row) throws SQLException {
    UUID cartId = row.getObject("cart_id", UUID.class);
    if (cartId == null) {
      return null;
    }
    String[] skus = (String[]) row.getArray("skus").getArray();
    Integer[] quantities = (Integer[]) row.getArray("quantities").getArray();
    var lines = new ArrayList<Cart.Line>(skus.length);
    for (int i = 0; i < skus.length; i++) {
      lines.add(new Cart.Line(skus[i], quantities[i]));
    }
    return new Cart(
        cartId,
        row.getString("customer_id"),
        row.getString("currency"),
        List.copyOf(lines),
        row.getInt("version"),
        instant(row, "expire_at"),
        instant(row, "created_at"),
        instant(row, "updated_at"));
  }

  static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
