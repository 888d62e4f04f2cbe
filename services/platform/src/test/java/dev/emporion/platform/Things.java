package dev.emporion.platform;

import com.google.protobuf.Int32Value;
import dev.emporion.testing.TestDatabase;
import java.util.UUID;
import java.util.function.IntUnaryOperator;

/** A small service's store, as the tests of the platform need one. */
final class Things {
  static final Migrations MIGRATIONS = Migrations.of("V1__things.sql");

  private final Database database;

  Things(Database database) {
    this.database = database;
  }

  /** A database of the calling test's own. */
  static DatabaseConfig freshConfig(int poolSize) {
    String url = TestDatabase.migrated("things", Things::migrate).url();
    return new DatabaseConfig(url, poolSize, 5000);
  }

  static Database freshDatabase() {
    return Database.open(freshConfig(8));
  }

  private static void migrate(String url) {
    Database.migrate(new DatabaseConfig(url, 1, 5000), MIGRATIONS);
  }

  UUID create(int count) {
    UUID id = Ids.newId();
    database.run(
        handle ->
            handle
                .createUpdate("insert into things (id, count) values (:id, :count)")
                .bind("id", id)
                .bind("count", count)
                .execute());
    return id;
  }

  int count(UUID id) {
    return number("select count from things where id = :id", id);
  }

  int version(UUID id) {
    return number("select version from things where id = :id", id);
  }

  int events(UUID id) {
    return number("select count(*) from outbox where aggregate_id = :id", id);
  }

  int number(String sql, UUID id) {
    return database.run(
        handle -> handle.createQuery(sql).bind("id", id).mapTo(Integer.class).one());
  }

  /** One idempotent change of the count, as every service writes them. */
  Attempt<Int32Value> change(Claim claim, UUID id, IntUnaryOperator change) {
    return database.run(
        handle -> {
          Seen seen =
              claim
                  .bind(
                      handle.createQuery(
                          """
                          select t.version, t.count, r.payload_hash, r.answer
                          from things t left join requests r
                            on r.caller = :caller and r.rpc = :rpc and r.request_id = :request_id
                          where t.id = :id
                          """))
                  .bind("id", id)
                  .map(
                      (row, context) ->
                          new Seen(
                              row.getInt("version"), row.getInt("count"), SavedAnswer.read(row)))
                  .one();
          if (seen.saved() != null) {
            return Attempt.replay(seen.saved());
          }
          Int32Value answer = Int32Value.of(change.applyAsInt(seen.count()));
          int rows =
              Outbox.bind(
                      claim.bind(
                          handle.createUpdate(
                              """
                              with saved as (
                                update things set version = :sequence, count = :count
                                where id = :aggregate_id and version = :sequence - 1
                                returning id),
                              event as (
                                insert into outbox
                                  (aggregate_id, sequence, type, payload, trace_parent)
                                select id, :sequence, :event_type, :event_payload, :trace_parent
                                from saved)
                              insert into requests (caller, rpc, request_id, payload_hash, answer)
                              select :caller, :rpc, :request_id, :payload_hash, :answer from saved
                              """)),
                      id,
                      seen.version() + 1,
                      answer)
                  .bind("count", answer.getValue())
                  .bind("answer", answer.toByteArray())
                  .execute();
          return Attempt.saved(rows, answer);
        });
  }

  private record Seen(int version, int count, SavedAnswer saved) {}
}
