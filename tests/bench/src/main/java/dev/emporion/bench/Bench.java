package dev.emporion.bench;

import dev.emporion.bench.ClosedLoop.Measured;
import dev.emporion.bench.Plan.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Runs the levels of a plan, one after the other, and looks at every order in the end. */
final class Bench {
  private final Target target;
  private final Plan plan;
  private final Map<String, Long> pids;
  private final DatabaseAddress database;
  private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();

  /** What is read before and after a level. */
  record Meter(Cpu cpu, DatabaseCounters.Counters database) {}

  Bench(Site site, Target target, Plan plan) {
    this.target = target;
    this.plan = plan;
    this.pids = site.pids();
    this.database = site.database();
  }

  /** Returns whether all went well: no error, and every order CONFIRMED. */
  boolean run() throws Exception {
    Wares.Stocked stocked = new Wares(target.channels().getFirst()).stock();
    var report = new Report(System.out);
    int errors = 0;
    try (var counters = new DatabaseCounters(database)) {
      double commitsPerSecond = counters.commitsPerSecond();
      for (Level level : plan.warmUp()) {
        errors += run(level, stocked, counters).errors();
      }
      report.begin(commitsPerSecond);
      for (Level level : plan.levels()) {
        Figures figures = run(level, stocked, counters);
        report.level(figures);
        errors += figures.errors();
      }
    }
    report.costs(pids.keySet());
    report.memory(Memory.read(pids));
    Verification.Found found = new Verification(target).check(acknowledged);
    report.end(found);
    return errors == 0 && found.isWell();
  }

  private Figures run(Level level, Wares.Stocked stocked, DatabaseCounters counters) {
    var loop = new ClosedLoop();
    clients(level, stocked).forEach(loop::add);
    Measured<Meter> measured =
        loop.run(level.ramp(), level.length(), () -> new Meter(Cpu.read(pids), counters.read()));
    loop.causes().forEach(cause -> System.out.println("  error: " + cause));
    return Figures.of(level, measured, loop.errors());
  }

  private List<ClosedLoop.Client> clients(Level level, Wares.Stocked stocked) {
    var clients = new ArrayList<ClosedLoop.Client>();
    for (int i = 0; i < level.clients(); i++) {
      var channel = target.channel(i);
      clients.add(
          switch (level.kind()) {
            case PLACE_ORDER -> new OrderClient(channel, stocked.wares(), acknowledged);
            case PLACE_ORDER_HOT ->
                new OrderClient(channel, List.of(stocked.wares().getFirst()), acknowledged);
            case GET_PRODUCT -> new ReadClient(channel, stocked.productIds());
          });
    }
    return clients;
  }
}
