package dev.emporion.platform;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jdbi.v3.core.statement.Update;

/** The statements on {@code sagas} that are the same for every kind. */
final class SagaStore {
  private final Database database;
  private final String owner;
  private final int leaseSeconds;

  /**
   * A lease taken over.
   *
   * @param refusal what its saga is going back for; null if it goes forward
   * @param committed whether a step that cannot be undone may have been asked for
   */
  record Taken(Lease lease, byte[] refusal, boolean committed) {}

  SagaStore(Database database, String owner, int leaseSeconds) {
    this.database = database;
    this.owner = owner;
    this.leaseSeconds = leaseSeconds;
  }

  <S extends SqlStatement<S>> S bindOwner(S statement) {
    return statement.bind("owner", owner).bind("lease_seconds", leaseSeconds);
  }

  List<Taken> takeOver(Collection<String> kinds, int limit) {
    return database.run(
        handle ->
            bindOwner(
                    handle.createQuery(
                        """
                        update sagas set epoch = epoch + 1, owner = :owner,
                          lease_until = now() + make_interval(secs => :lease_seconds)
                        where subject in (
                          select subject from sagas
                          where lease_until < now() and parked_at is null and kind = any(:kinds)
                          order by lease_until limit :limit for update skip locked)
                        returning subject, kind, epoch, refusal, committed
                        """))
                .bindArray("kinds", String.class, List.copyOf(kinds))
                .bind("limit", limit)
                .map(
                    (row, context) ->
                        new Taken(lease(row), row.getBytes("refusal"), row.getBoolean("committed")))
                .list());
  }

  private static Lease lease(ResultSet row) throws SQLException {
    return new Lease(
        row.getObject("subject", UUID.class), row.getString("kind"), row.getInt("epoch"));
  }

  /** Those leases that are still ours, now for their full time again. */
  List<Lease> renew(Collection<Lease> leases) {
    return database.run(
        handle ->
            bindLeases(
                    handle.createQuery(
                        """
                        update sagas s set lease_until = now() + make_interval(secs => :lease_seconds)
                        from unnest(:subjects, :epochs) as held(subject, epoch)
                        where s.subject = held.subject and s.epoch = held.epoch
                        returning s.subject, s.kind, s.epoch
                        """),
                    leases)
                .bind("lease_seconds", leaseSeconds)
                .map((row, context) -> lease(row))
                .list());
  }

  /** Lets another instance take over at once. */
  void release(Collection<Lease> leases) {
    database.run(
        handle ->
            bindLeases(
                    handle.createUpdate(
                        """
                        update sagas s set lease_until = now()
                        from unnest(:subjects, :epochs) as held(subject, epoch)
                        where s.subject = held.subject and s.epoch = held.epoch
                        """),
                    leases)
                .execute());
  }

  private static <S extends SqlStatement<S>> S bindLeases(S statement, Collection<Lease> leases) {
    return statement
        .bindArray("subjects", UUID.class, leases.stream().map(Lease::subject).toList())
        .bindArray("epochs", Integer.class, leases.stream().map(Lease::epoch).toList());
  }

  /** Journals the decision to go back. */
  void refuse(Lease lease, byte[] reason) {
    write(lease, "refusal = :refusal", update -> update.bind("refusal", reason));
  }

  /** Journals that the next step cannot be undone. */
  void commit(Lease lease) {
    write(lease, "committed = true", update -> update);
  }

  /**
   * Puts a saga aside for an operator.
   *
   * @param step the step that did not end
   * @param reason what it was told last
   * @param tries how often it was tried
   * @param abandonable whether all that may have been done can be undone
   */
  void park(Lease lease, String step, String reason, int tries, boolean abandonable) {
    write(
        lease,
        """
        parked_at = now(), parked_reason = :reason, step = :step, attempts = :tries,
        abandonable = :abandonable
        """,
        update ->
            update
                .bind("step", step)
                .bind("reason", reason)
                .bind("tries", tries)
                .bind("abandonable", abandonable));
  }

  /** Changes the saga's row, if it is still under this lease. */
  private void write(Lease lease, String set, UnaryOperator<Update> bind) {
    String sql = "update sagas set " + set + " where subject = :subject and epoch = :epoch";
    lease.requireHeld(
        database.run(handle -> bind.apply(lease.bind(handle.createUpdate(sql))).execute() > 0));
  }
}
