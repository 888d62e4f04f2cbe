package dev.emporion.payments;

import dev.emporion.platform.Database;
import java.util.List;
import java.util.UUID;

/** The statements on holds whose time ran out, by the database's clock. */
final class ExpiryStore {
  /** In no order: some may stay for long, and must not hide the others. */
  private static final String DUE =
      """
      select e.payment_id from hold_expiries e join payments p on p.payment_id = e.payment_id
      where e.expires_at <= now() and p.state = 'AUTHORIZED'
      order by random() limit :limit
      """;

  /** Of two instances each takes its own. */
  private static final String FORGET =
      """
      with over as (
        select e.expires_at, e.payment_id
        from hold_expiries e join payments p on p.payment_id = e.payment_id
        where e.expires_at <= now() and p.state <> 'AUTHORIZED'
        order by e.expires_at limit :limit for update of e skip locked)
      delete from hold_expiries e using over o
      where e.expires_at = o.expires_at and e.payment_id = o.payment_id
      """;

  private final Database database;

  ExpiryStore(Database database) {
    this.database = database;
  }

  /** Payments whose hold ran out and is not given up yet. */
  List<UUID> due(int limit) {
    return database.run(
        handle -> handle.createQuery(DUE).bind("limit", limit).mapTo(UUID.class).list());
  }

  /** Takes away what needs nothing any more; says how many there were. */
  int forget(int limit) {
    return database.run(handle -> handle.createUpdate(FORGET).bind("limit", limit).execute());
  }
}
