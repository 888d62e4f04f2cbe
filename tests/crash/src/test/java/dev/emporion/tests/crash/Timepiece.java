package dev.emporion.tests.crash;

import dev.emporion.platform.Database;
import dev.emporion.platform.DatabaseConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * What the services and databases of a cell take for the time.
 *
 * @param name of the databases that go by it
 * @param clock the services'
 */
record Timepiece(String name, Clock clock) {
  /** The true time. */
  static final Timepiece TRUE = new Timepiece("crash_", Clock.systemUTC());

  /** A clock that somebody else sets, also while work is under way. */
  static final class Wrong extends Clock {
    private volatile Duration by = Duration.ZERO;

    void set(Duration off) {
      by = off;
    }

    @Override
    public Instant instant() {
      return Instant.now().plus(by);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException("instants have no zone");
    }
  }

  /** A time that jumps. */
  static Timepiece wrong() {
    return new Timepiece("jump_", new Wrong());
  }

  /** Puts a now() of its own before the database's, while there are no tables yet. */
  void prepare(DatabaseConfig config) {
    if (this == TRUE) {
      return;
    }
    try (Database database = Database.open(config)) {
      for (String statement :
          new String[] {
            "create schema clock",
            "create table clock.wrong (off interval not null)",
            "insert into clock.wrong values (interval '0')",
            """
            create function clock.now() returns timestamptz stable language sql as
            'select pg_catalog.now() + off from clock.wrong'
            """,
            "alter role current_user set search_path = public, clock, pg_catalog"
          }) {
        database.run(handle -> handle.execute(statement));
      }
    }
  }

  /** All clocks jump. */
  void jump(Cell cell, Duration off) {
    ((Wrong) clock).set(off);
    for (String service : new String[] {"orders", "inventory", "payments", "shipping"}) {
      cell.databases
          .get(service)
          .run(
              handle ->
                  handle.execute(
                      "update clock.wrong set off = make_interval(secs => ?)", off.toSeconds()));
    }
  }
}
