package dev.emporion.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Draws the faults of a run from its seed, bounded so that the system can recover in between. */
final class Faults {
  private static final List<String> INSTANCES =
      List.of(
          "orders-1",
          "orders-2",
          "inventory-1",
          "inventory-2",
          "payments-1",
          "payments-2",
          "carts-1",
          "pricing-1",
          "catalog-1",
          "shipping-1");

  /** Those that hold leases or claims: waking up late is worst for them. */
  private static final List<String> PAUSED =
      List.of("orders-1", "orders-2", "inventory-1", "payments-1", "payments-2", "simulator-1");

  private static final List<String> CALLED =
      List.of("orders", "inventory", "payments", "carts", "pricing");

  private static final List<LockedTable> TABLES =
      List.of(
          new LockedTable("orders", "orders", Duration.ofSeconds(2)),
          new LockedTable("orders", "sagas", Duration.ofSeconds(2)),
          new LockedTable("inventory", "reservations", Duration.ofSeconds(2)),
          new LockedTable("payments", "payments", Duration.ofSeconds(2)));

  private static final int PERCENT = 100;

  /** A run of so many has one that takes long: the database is gone for a minute. */
  private static final int LONG_RUN = 100;

  private static final Duration LONG_OUTAGE = Duration.ofSeconds(60);

  private final Random chance;

  private Faults(long seed) {
    this.chance = new Random(seed);
  }

  /** All faults of a run, in their order: the same for the same seed. */
  static List<Fault> draw(long seed, int count) {
    Faults faults = new Faults(seed);
    var drawn = new ArrayList<Fault>();
    for (int i = 0; i < count; i++) {
      drawn.add(faults.next());
    }
    if (count >= LONG_RUN) {
      drawn.set(count / 2, new DatabaseAway(LONG_OUTAGE));
    }
    return drawn;
  }

  private Fault next() {
    int percent = chance.nextInt(PERCENT);
    if (percent < 25) {
      return new Kill(any(INSTANCES));
    }
    if (percent < 37) {
      return new Kill(chance.nextInt(8) == 0 ? "gateway-1.envoy" : any(INSTANCES) + ".envoy");
    }
    if (percent < 42) {
      return new Kill("simulator-1");
    }
    if (percent < 46) {
      return new KillControlPlane(seconds(1, 4));
    }
    if (percent < 51) {
      return new KillDatabase();
    }
    if (percent < 53) {
      return new DatabaseAway(seconds(3, 8));
    }
    if (percent < 57) {
      return any(TABLES);
    }
    if (percent < 69) {
      return new Pause(any(PAUSED), seconds(Site.LEASE_SECONDS + 1, Site.LEASE_SECONDS + 4));
    }
    if (percent < 84) {
      return new BentRule(any(CALLED), any(List.of(BentRule.Bend.values())), seconds(2, 5));
    }
    if (percent < 91) {
      return new CutAnswers(seconds(1, 3));
    }
    return new Misbehavior(any(List.of(Misbehavior.Kind.values())), seconds(2, 5));
  }

  private <T> T any(List<T> of) {
    return of.get(chance.nextInt(of.size()));
  }

  private Duration seconds(int from, int to) {
    return Duration.ofSeconds(from + chance.nextInt(to - from + 1));
  }
}
