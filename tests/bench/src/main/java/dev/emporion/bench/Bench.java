package dev.emporion.bench;

import dev.emporion.bench.ClosedLoop.Measured;
import dev.emporion.bench.Plan.Kind;
import dev.emporion.bench.Plan.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Runs the levels of a plan, one after the other, and looks at every order in the end. */
final class Bench {
  /** After the last load, until idle is measured: what was deferred is done by then. */
  private static final Duration SETTLE = Duration.ofSeconds(10);

  private static final Duration IDLE = Duration.ofSeconds(15);

  /** Less is noise. */
  private static final double CHEAPER = 0.97;

  private static final int STILL_ROUNDS = 2;

  private final Site site;
  private final Target target;
  private final Plan plan;
  private final Map<String, Long> pids;
  private final DatabaseAddress database;
  private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();

  /** What is read before and after a level. */
  record Meter(Cpu cpu, DatabaseCounters.Counters database) {}

  Bench(Site site, Target target, Plan plan) {
    this.site = site;
    this.target = target;
    this.plan = plan;
    this.pids = site.pids();
    this.database = site.database();
  }

  /** What was found; whether there was no error, and every order is CONFIRMED. */
  record Outcome(Report report, boolean isWell) {}

  Outcome run() throws Exception {
    Wares.Stocked stocked = new Wares(target.channels().getFirst()).stock();
    var report = new Report(System.out, site.form());
    int errors = 0;
    try (var counters = new DatabaseCounters(database)) {
      double commitsPerSecond = counters.commitsPerSecond();
      errors += warmUp(report, stocked, counters);
      report.begin(commitsPerSecond);
      if (site.form() == Site.Form.MESH) {
        report.bareHop(BareHop.measure(site.root()));
      }
      report.beginLevels();
      for (Level level : plan.levels()) {
        Figures figures = run(level, stocked, counters);
        report.level(figures);
        errors += figures.errors();
      }
    }
    report.costs();
    report.memory(Memory.read(pids));
    Verification.Found found = new Verification(target).check(acknowledged);
    report.idle(idle());
    report.end(found);
    return new Outcome(report, errors == 0 && found.isWell());
  }

  /**
   * Loads until the JVMs have compiled what is hot: until orders were no cheaper than before for
   * {@link #STILL_ROUNDS} rounds, or the time for it is up.
   */
  private int warmUp(Report report, Wares.Stocked stocked, DatabaseCounters counters) {
    int errors = 0;
    double cheapest = Double.MAX_VALUE;
    int still = 0;
    for (int i = 0; i < plan.mostWarmUpRounds() && still < STILL_ROUNDS; i++) {
      Figures figures = run(plan.warmUp(Kind.PLACE_ORDER), stocked, counters);
      report.warmUp(figures);
      errors += figures.errors();
      still = figures.allCpu() < cheapest * CHEAPER ? 0 : still + 1;
      cheapest = Math.min(cheapest, figures.allCpu());
    }
    if (plan.mostWarmUpRounds() > 0) {
      errors += run(plan.warmUp(Kind.GET_PRODUCT), stocked, counters).errors();
    }
    return errors;
  }

  /** Cores that each process takes when nobody asks for anything. */
  private Map<String, Double> idle() {
    ClosedLoop.pause(SETTLE);
    Cpu before = Cpu.read(pids);
    long beganNanos = System.nanoTime();
    ClosedLoop.pause(IDLE);
    Cpu after = Cpu.read(pids);
    double seconds = (System.nanoTime() - beganNanos) / 1e9;
    var cores = new TreeMap<String, Double>();
    after
        .processes()
        .forEach((name, time) -> cores.put(name, (time - before.processes().get(name)) / seconds));
    cores.remove("load");
    return cores;
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
