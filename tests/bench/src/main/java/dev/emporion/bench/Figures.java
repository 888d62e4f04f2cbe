package dev.emporion.bench;

import dev.emporion.bench.Bench.Meter;
import dev.emporion.bench.ClosedLoop.Measured;
import dev.emporion.bench.Plan.Level;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one level came to.
 *
 * @param cpu seconds per 1,000 of what was done, by process
 * @param others how many cores were busy with anything else on this machine
 * @param transactions per one of what was done, like all that follow
 */
record Figures(
    Level level,
    int errors,
    Latencies whole,
    Latencies last,
    double perSecond,
    Map<String, Double> cpu,
    double others,
    double transactions,
    double writes,
    double walBytes,
    double walSyncs) {
  private static final double KILO = 1_000;

  static Figures of(Level level, Measured<Meter> measured, int errors) {
    double count = measured.whole().count();
    Cpu before = measured.before().cpu();
    Cpu after = measured.after().cpu();
    var cpu = new LinkedHashMap<String, Double>();
    after
        .processes()
        .forEach(
            (name, seconds) ->
                cpu.put(name, (seconds - before.processes().get(name)) / count * KILO));
    double ours = cpu.values().stream().mapToDouble(Double::doubleValue).sum() * count / KILO;
    double others = (after.machine() - before.machine() - ours) / measured.seconds();
    var database = measured.after().database().since(measured.before().database());
    return new Figures(
        level,
        errors,
        measured.whole(),
        measured.last(),
        count / measured.seconds(),
        cpu,
        Math.max(0, others),
        database.transactions() / count,
        database.writes() / count,
        database.walBytes() / count,
        database.walSyncs() / count);
  }

  double allCpu() {
    return cpu.values().stream().mapToDouble(Double::doubleValue).sum();
  }
}
