package dev.emporion.carts;

import dev.emporion.platform.Claim;
import dev.emporion.platform.Combiner;
import dev.emporion.platform.Database;
import dev.emporion.platform.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The two statements that every order asks for: making a cart and reading one. What comes while one
 * of a kind runs is done together by the next. The time is the database's.
 */
final class BusyCartStore {
  private static final int MAX_BATCH = 64;
  private static final int MAX_WAITING = 10_000;

  /** One statement of a kind at once: the next batch gathers while one is under way. */
  private static final int LANE = 0;

  /** No SKU holds a comma, and an array of arrays cannot be unnested into rows. */
  private static final String SEPARATOR = ",";

  private static final String CREATE =
      """
      with wanted as materialized (
        select w.cart_id, w.customer_id, w.currency, w.skus, w.quantities, w.caller, w.request_id,
          w.request_hash
        from unnest(:cart_id, :customer_id, :currency, :skus, :quantities, :caller, :request_id,
            :request_hash)
          as w(cart_id, customer_id, currency, skus, quantities, caller, request_id,
            request_hash)),
      made as (
        insert into carts (cart_id, customer_id, currency, skus, quantities, version, expire_at,
          caller, request_id, request_hash)
        select cart_id, customer_id, currency, string_to_array(skus, ','),
          string_to_array(quantities, ',')::int[], 1, %s, caller, request_id, request_hash
        from wanted
        on conflict on constraint carts_request do nothing
        returning cart_id, customer_id, created_at, caller, request_id, request_hash)
      select cart_id, customer_id, created_at, %s as expire_at, caller, request_id, request_hash
      from made
      union all
      select c.cart_id, c.customer_id, c.created_at, %s as expire_at, c.caller, c.request_id,
        c.request_hash
      from wanted w
      join carts c on c.caller = w.caller and c.request_id = w.request_id
      """
          .formatted(
              CartStore.EXPIRY.formatted("now()"),
              CartStore.EXPIRY.formatted("created_at"),
              CartStore.EXPIRY.formatted("c.created_at"));

  private static final String FIND =
      "select "
          + CartStore.COLUMNS
          + " from carts c where c.cart_id = any(:cart_id) and c.expire_at > now()";

  private final Database database;
  private final int ttlHours;
  private final Combiner<Integer, Wanted, Optional<Made>> creations;
  private final Combiner<Integer, UUID, Optional<Cart>> reads;

  /**
   * @param ttlHours how long an untouched cart is kept
   */
  BusyCartStore(Database database, int ttlHours) {
    this.database = database;
    this.ttlHours = ttlHours;
    creations = new Combiner<>(MAX_BATCH, MAX_WAITING, (lane, batch) -> create(batch));
    reads = new Combiner<>(MAX_BATCH, MAX_WAITING, (lane, cartIds) -> find(cartIds));
  }

  private record Wanted(Claim claim, Cart cart) {
    Key key() {
      return new Key(claim.caller(), claim.requestId());
    }
  }

  private record Key(String caller, UUID requestId) {}

  private record Made(
      UUID cartId, String customerId, Instant createdAt, Instant expireAt, byte[] requestHash) {}

  /**
   * Makes the cart, or finds the one that this claim made.
   *
   * @return as it was when it was made, whatever became of it; empty when a twin makes it right now
   *     and has to be looked for again
   */
  Optional<Cart> create(Claim claim, Cart cart) {
    return creations.call(LANE, new Wanted(claim, cart)).map(made -> made(claim, cart, made));
  }

  private static Cart made(Claim claim, Cart cart, Made made) {
    claim.requireSamePayload(made.requestHash());
    return new Cart(
        made.cartId(),
        made.customerId(),
        cart.currency(),
        cart.lines(),
        cart.version(),
        made.expireAt(),
        made.createdAt(),
        made.createdAt());
  }

  /** The cart, if it lives. */
  Optional<Cart> find(UUID cartId) {
    return reads.call(LANE, cartId);
  }

  private List<Optional<Made>> create(List<Wanted> batch) {
    // Everybody inserts in this order, so that no two wait for each other's requests.
    List<Wanted> sorted =
        batch.stream().sorted(Comparator.comparing(one -> one.claim().requestId())).toList();
    Map<Key, Made> made =
        database.run(
            handle ->
                Rows.bind(handle.createQuery(CREATE).bind("ttl_hours", ttlHours), sorted)
                    .uuids("cart_id", one -> one.cart().cartId())
                    .texts("customer_id", one -> one.cart().customerId())
                    .texts("currency", one -> one.cart().currency())
                    .texts("skus", one -> joined(one.cart(), Cart.Line::sku))
                    .texts("quantities", one -> joined(one.cart(), Cart.Line::quantity))
                    .texts("caller", one -> one.claim().caller())
                    .uuids("request_id", one -> one.claim().requestId())
                    .blobs("request_hash", one -> one.claim().payloadHash())
                    .statement()
                    .scanResultSet((rows, context) -> made(rows.get())));
    return batch.stream().map(one -> Optional.ofNullable(made.get(one.key()))).toList();
  }

  private static String joined(Cart cart, Function<Cart.Line, Object> value) {
    return cart.lines().stream()
        .map(value)
        .map(Object::toString)
        .collect(Collectors.joining(SEPARATOR));
  }

  private static Map<Key, Made> made(ResultSet row) throws SQLException {
    var all = new HashMap<Key, Made>();
    while (row.next()) {
      all.put(
          new Key(row.getString("caller"), row.getObject("request_id", UUID.class)),
          new Made(
              row.getObject("cart_id", UUID.class),
              row.getString("customer_id"),
              CartStore.instant(row, "created_at"),
              CartStore.instant(row, "expire_at"),
              row.getBytes("request_hash")));
    }
    return all;
  }

  private List<Optional<Cart>> find(List<UUID> cartIds) {
    Map<UUID, Cart> found =
        database.run(
            handle ->
                Rows.bind(handle.createQuery(FIND), cartIds)
                    .uuids("cart_id", id -> id)
                    .statement()
                    .map((row, context) -> CartStore.cart(row))
                    .stream()
                    .collect(Collectors.toMap(Cart::cartId, cart -> cart)));
    return cartIds.stream().map(id -> Optional.ofNullable(found.get(id))).toList();
  }
}
