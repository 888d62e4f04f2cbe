package dev.emporion.platform;

import dev.emporion.platform.Saga.Ask;
import dev.emporion.platform.Saga.Failpoint;
import dev.emporion.platform.Saga.Step;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A saga to test with: book a flight, then a hotel; on a refusal cancel them. The two "other
 * services" remember what they were asked, and do what the test tells them first.
 */
final class Trip {
  /** What the two services have seen, in order: {@code flight}, {@code undo hotel}, ... */
  final List<String> asked = Collections.synchronizedList(new ArrayList<>());

  /** The distinct request ids by what was asked: more than one is a double booking. */
  final Map<String, List<UUID>> requestIds = new ConcurrentHashMap<>();

  /** Waits between tries; nobody waits for real. */
  final List<Long> pauses = Collections.synchronizedList(new ArrayList<>());

  volatile Call flight = ask -> {};
  volatile Call hotel = ask -> {};
  volatile Call undoFlight = ask -> {};

  private final Database database;
  private final Things things;
  final Saga<String> saga;

  /** What a service does when asked. */
  @FunctionalInterface
  interface Call {
    void answer(Ask ask);
  }

  Trip(Database database) {
    this(database, true);
  }

  /**
   * @param hotelCanBeUndone whether the second step has a compensation
   */
  Trip(Database database, boolean hotelCanBeUndone) {
    this.database = database;
    this.things = new Things(database);
    this.saga =
        new Saga<>(
            "trip",
            lease -> "loaded",
            List.of(
                new Step<>(
                    "flight",
                    Duration.ofSeconds(2),
                    (state, ask) -> {
                      note("flight", ask.requestId());
                      flight.answer(ask);
                      return state + "+flight";
                    },
                    (state, ask) -> {
                      note("undo flight", ask.requestId());
                      undoFlight.answer(ask);
                    }),
                new Step<>(
                    "hotel",
                    Duration.ofSeconds(3),
                    (state, ask) -> {
                      note("hotel", ask.requestId());
                      hotel.answer(ask);
                      return state + "+hotel";
                    },
                    hotelCanBeUndone ? (state, ask) -> note("undo hotel", ask.requestId()) : null)),
            (state, lease) -> end(lease, "done: " + state),
            (state, lease, reason) ->
                end(lease, "refused: " + new String(reason, StandardCharsets.UTF_8)));
  }

  private void note(String what, UUID requestId) {
    asked.add(what);
    requestIds.compute(
        what,
        (key, ids) -> {
          var all = ids == null ? new ArrayList<UUID>() : ids;
          if (!all.contains(requestId)) {
            all.add(requestId);
          }
          return all;
        });
  }

  SagaRunner runner(SagaConfig config) {
    return runner(config, Failpoint.NONE);
  }

  SagaRunner runner(SagaConfig config, Failpoint failpoint) {
    return new SagaRunner(
        database, config, Caller.service("things"), List.of(saga), pauses::add, failpoint);
  }

  /** Saves the thing and the saga in one statement, and runs it. */
  CompletableFuture<String> begin(SagaRunner runner, UUID id) {
    Lease lease = runner.newLease(id, saga.kind());
    insert(runner, lease);
    return runner.start(saga, lease, "new");
  }

  void insert(SagaRunner runner, Lease lease) {
    database.run(
        handle ->
            runner
                .bind(
                    handle.createUpdate(
                        """
                        with saga as (
                          insert into sagas (subject, kind, epoch, owner, lease_until)
                          values (:subject, :kind, :epoch, :owner,
                            now() + make_interval(secs => :lease_seconds)))
                        insert into things (id, note) values (:subject, 'pending')
                        """),
                    lease)
                .execute());
  }

  /** As every service ends its sagas: under the lease, in one statement. */
  String end(Lease lease, String note) {
    int rows =
        database.run(
            handle ->
                lease
                    .bind(
                        handle.createUpdate(
                            """
                            with held as (
                              select subject from sagas
                              where subject = :subject and epoch = :epoch for update),
                            saved as (
                              update things set note = :note, version = version + 1
                              from held where id = held.subject returning id)
                            delete from sagas using saved where subject = saved.id
                            """))
                    .bind("note", note)
                    .execute());
    lease.requireHeld(rows > 0);
    return note;
  }

  String note(UUID id) {
    return text("select note from things where id = :id", id);
  }

  String text(String sql, UUID id) {
    return database.run(handle -> handle.createQuery(sql).bind("id", id).mapTo(String.class).one());
  }

  /** How often an end was saved. */
  int ends(UUID id) {
    return things.version(id) - 1;
  }

  int sagas(UUID id) {
    return things.number("select count(*) from sagas where subject = :id", id);
  }

  /** As if the owner had been silent for a whole lease. */
  void endLease(UUID id) {
    database.run(
        handle ->
            handle
                .createUpdate(
                    "update sagas set lease_until = now() - interval '1 ms' where subject = :id")
                .bind("id", id)
                .execute());
  }
}
