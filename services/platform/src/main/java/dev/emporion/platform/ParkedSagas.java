package dev.emporion.platform;

import dev.emporion.platform.Columns.Column;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The sagas that wait for an operator, and the two ways on: to resume one where it stopped, or to
 * abandon it, which takes it back. Whichever instance looks next goes on with it.
 */
public final class ParkedSagas {
  private static final Columns COLUMNS =
      Columns.of(Column.timestamp("park_time", "s.parked_at"), Column.uuid("subject", "s.subject"));

  private static final String PARKED =
      """
      s.subject, s.kind, s.step, s.parked_reason, s.attempts, s.refusal is not null as goes_back,
      s.abandonable, s.started_at, s.parked_at
      """;

  private final Database database;

  public ParkedSagas(Database database) {
    this.database = database;
  }

  /**
   * One that waits.
   *
   * @param step the step that did not end, {@code authorize}, or {@code authorize/undo} on the way
   *     back, or the commit: {@code refusal}, {@code committed}, {@code finish}, {@code reject}
   * @param reason what it was told last
   * @param attempts how often it was tried
   * @param goesBack whether it was refused
   * @param abandonable whether it goes forward and all it may have done can be undone
   */
  public record ParkedSaga(
      UUID subject,
      String kind,
      String step,
      String reason,
      int attempts,
      boolean goesBack,
      boolean abandonable,
      Instant startedAt,
      Instant parkedAt) {}

  /** What a decision finds: the saga if it waits, and the answer if it was taken before. */
  public record Found(Optional<ParkedSaga> saga, Optional<SavedAnswer> saved) {}

  /**
   * A page of those that wait, longest first.
   *
   * @param list the RPC's name
   */
  public Pages.Page<ParkedSaga> list(String list, int pageSize, String pageToken) {
    var filter = Filter.parse("", COLUMNS);
    var order = OrderBy.parse("", COLUMNS, "park_time", "subject");
    var pages = Pages.read(list, pageSize, pageToken, filter, order);
    List<ParkedSaga> sagas =
        database.run(
            handle ->
                pages
                    .bind(
                        handle.createQuery(
                            "select "
                                + PARKED
                                + " from sagas s where s.parked_at is not null and "
                                + pages.sql()
                                + " order by "
                                + order.sql()
                                + " limit :limit"))
                    .map((row, context) -> read(row))
                    .list());
    return pages.page(sagas, ParkedSagas::value);
  }

  private static Object value(ParkedSaga saga, String field) {
    return field.equals("subject") ? saga.subject() : saga.parkedAt();
  }

  public Found load(UUID subject, Claim claim) {
    return database.run(
        handle -> {
          var found = new AtomicReference<Found>();
          claim
              .bind(
                  handle.createQuery(
                      "select r.payload_hash, r.answer, "
                          + PARKED
                          + """
                          from (select 1) one
                          left join requests r on r.caller = :caller and r.rpc = :rpc
                            and r.request_id = :request_id
                          left join sagas s on s.subject = :subject and s.parked_at is not null
                          """))
              .bind("subject", subject)
              .map((row, context) -> found(row))
              .forEach(found::set);
          return found.get();
        });
  }

  private static Found found(ResultSet row) throws SQLException {
    return new Found(
        Optional.ofNullable(row.getObject("subject") == null ? null : read(row)),
        Optional.ofNullable(SavedAnswer.read(row)));
  }

  /**
   * Puts it back to work where it stopped, if it waits, and saves the answer if it waits or not.
   */
  public void resume(UUID subject, Claim claim, byte[] answer) {
    database.run(
        handle ->
            claim
                .bind(
                    handle.createUpdate(
                        """
                        with resumed as (
                          update sagas set parked_at = null, parked_reason = null, step = null,
                            attempts = 0, abandonable = false, epoch = epoch + 1,
                            lease_until = now()
                          where subject = :subject and parked_at is not null)
                        insert into requests (caller, rpc, request_id, payload_hash, answer)
                        values (:caller, :rpc, :request_id, :payload_hash, :answer)
                        """))
                .bind("subject", subject)
                .bind("answer", answer)
                .execute());
  }

  /**
   * Takes it back from its last step on, if it waits and can be.
   *
   * @param refusal why, as its steps would say it
   * @return 1; 0 if it does not wait any more or cannot be taken back, and nothing was written
   */
  public int abandon(UUID subject, byte[] refusal, Claim claim, byte[] answer) {
    return database.run(
        handle ->
            claim
                .bind(
                    handle.createUpdate(
                        """
                        with abandoned as (
                          update sagas set refusal = :refusal, parked_at = null,
                            parked_reason = null, step = null, attempts = 0, abandonable = false,
                            epoch = epoch + 1, lease_until = now()
                          where subject = :subject and parked_at is not null and abandonable
                          returning subject)
                        insert into requests (caller, rpc, request_id, payload_hash, answer)
                        select :caller, :rpc, :request_id, :payload_hash, :answer from abandoned
                        """))
                .bind("subject", subject)
                .bind("refusal", refusal)
                .bind("answer", answer)
                .execute());
  }

  private static ParkedSaga read(ResultSet row) throws SQLException {
    return new ParkedSaga(
        row.getObject("subject", UUID.class),
        row.getString("kind"),
        row.getString("step"),
        row.getString("parked_reason"),
        row.getInt("attempts"),
        row.getBoolean("goes_back"),
        row.getBoolean("abandonable"),
        row.getObject("started_at", OffsetDateTime.class).toInstant(),
        row.getObject("parked_at", OffsetDateTime.class).toInstant());
  }
}
