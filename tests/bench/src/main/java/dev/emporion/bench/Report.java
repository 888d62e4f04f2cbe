package dev.emporion.bench;

import dev.emporion.bench.Site.Form;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Prints the figures: tables for people, then a line for programs each. */
final class Report {
  private static final double P50 = 0.5;
  private static final double P95 = 0.95;
  private static final double P99 = 0.99;
  private static final double KILO = 1_000;
  private static final double PERCENT = 100;

  /** From cart to CONFIRMED, each by two Envoys. */
  private static final int CALLS_OF_AN_ORDER = 9;

  private final PrintStream out;
  private final Form form;
  private final List<Figures> all = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();
  private long warmUpOrders;

  Report(PrintStream out, Form form) {
    this.out = out;
    this.form = form;
  }

  /** A round before anything is measured; the last one says how warm the services are. */
  void warmUp(Figures of) {
    warmUpOrders += of.whole().count();
    print(
        "  warm-up  %d orders, %.0f/s, cpu %.1f s per 1,000%n",
        warmUpOrders, of.perSecond(), of.allCpu());
  }

  /** What the figures are to be compared with; then the head of their table. */
  void begin(double commitsPerSecond) {
    int cores = Runtime.getRuntime().availableProcessors();
    print(
        "%n  mesh %s; %d cores; PostgreSQL commits %.0f/s on one connection%n",
        form.word, cores, commitsPerSecond);
    line(
        "machine cores=%d commits_per_s=%.0f warm_up_orders=%d",
        cores, commitsPerSecond, warmUpOrders);
  }

  /** What the mesh's share of an order is to be compared with. */
  void bareHop(BareHop hop) {
    print(
        "  a bare call: two Envoys add %.2f ms, cpu %.3f ms with 1 client, %.3f ms with %d%n",
        hop.addedMillis(), hop.addedCpuMillisOne(), hop.addedCpuMillisMany(), BareHop.MANY);
    line(
        "bare_hop_ms=%.3f bare_hop_cpu_ms_1=%.3f bare_hop_cpu_ms_32=%.3f",
        hop.addedMillis(), hop.addedCpuMillisOne(), hop.addedCpuMillisMany());
    bareCall("direct clients=1", hop.directOne());
    bareCall("meshed clients=1", hop.meshedOne());
    bareCall("direct clients=32", hop.directMany());
    bareCall("meshed clients=32", hop.meshedMany());
  }

  private void bareCall(String which, BareHop.Call call) {
    line(
        "bare_call %s per_s=%.0f p50_ms=%.3f cpu_ms=%.3f",
        which, call.perSecond(), call.medianMillis(), call.cpuMillis());
  }

  /** The head of the levels' table. */
  void beginLevels() {
    print(
        "%n  %-20s%8s%9s%9s%9s%9s%9s%9s%8s%n",
        "", "clients", "per s", "p50 ms", "p95", "p99", "max", "p50 last", "errors");
  }

  void level(Figures of) {
    all.add(of);
    String name = of.level().kind().label;
    print(
        "  %-20s%8d%9.0f%9.2f%9.2f%9.2f%9.1f%9.2f%8d%n",
        name,
        of.level().clients(),
        of.perSecond(),
        of.whole().millis(P50),
        of.whole().millis(P95),
        of.whole().millis(P99),
        of.whole().millis(1),
        of.last().millis(P50),
        of.errors());
    String level = name + " clients=" + of.level().clients();
    line(
        "%s per_s=%.0f p50_ms=%.2f p95_ms=%.2f p99_ms=%.2f max_ms=%.1f last_p50_ms=%.2f errors=%d",
        level,
        of.perSecond(),
        of.whole().millis(P50),
        of.whole().millis(P95),
        of.whole().millis(P99),
        of.whole().millis(1),
        of.last().millis(P50),
        of.errors());
    line(
        "%s cpu_s_per_1000=%.3f %s other_cores=%.2f",
        level, of.allCpu(), named(grouped(of.cpu()), "%s=%.3f"), of.others());
    line("%s cpu_by_process %s", level, named(of.cpu(), "%s=%.3f"));
    if (form == Form.MESH && of.level().kind().placesOrders()) {
      double envoys = grouped(of.cpu()).getOrDefault("envoys", 0.0);
      line("%s hop_cpu_ms=%.3f of=%d", level, envoys / CALLS_OF_AN_ORDER, CALLS_OF_AN_ORDER);
    }
    line(
        "%s statements=%.2f commits=%.2f wal_bytes=%.0f wal_syncs=%.2f",
        level, of.transactions(), of.writes(), of.walBytes(), of.walSyncs());
  }

  /** The second table: what each level costs. */
  void costs() {
    Set<String> processes = grouped(all.getFirst().cpu()).keySet();
    String names =
        processes.stream().map(name -> "%11s".formatted(name)).collect(Collectors.joining());
    print(
        "%n  %-20s%8s%9s%s%8s%12s%9s%9s%9s%n",
        "cpu s per 1,000",
        "clients",
        "all",
        names,
        "others",
        "statements",
        "commits",
        "WAL kB",
        "syncs");
    for (Figures of : all) {
      print(
          "  %-20s%8d%9.3f%s%8.2f%12.2f%9.2f%9.2f%9.2f%n",
          of.level().kind().label,
          of.level().clients(),
          of.allCpu(),
          grouped(of.cpu()).values().stream()
              .map(seconds -> String.format(Locale.ROOT, "%11.3f", seconds))
              .collect(Collectors.joining()),
          of.others(),
          of.transactions(),
          of.writes(),
          of.walBytes() / KILO,
          of.walSyncs());
    }
  }

  void memory(Map<String, Double> megabytes) {
    Map<String, Double> system = without("load", megabytes);
    print("%n  memory, MB: %.0f: %s%n", sum(system), named(grouped(system), "%s %.0f"));
    line("memory_mb all=%.0f %s", sum(system), named(system, "%s=%.0f"));
  }

  void idle(Map<String, Double> cores) {
    print("  idle, %% of a core: %.1f%n", sum(cores) * PERCENT);
    line("idle_cores all=%.4f %s", sum(cores), named(cores, "%s=%.4f"));
  }

  private static Map<String, Double> grouped(Map<String, Double> processes) {
    var groups = new TreeMap<String, Double>();
    processes.forEach((name, value) -> groups.merge(Site.group(name), value, Double::sum));
    return groups;
  }

  private static Map<String, Double> without(String name, Map<String, Double> values) {
    var others = new TreeMap<>(values);
    others.remove(name);
    return others;
  }

  private static double sum(Map<String, Double> values) {
    return values.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /** What this form is to the other one, level by level. */
  void printRatiosTo(Report other) {
    for (int i = 0; i < all.size(); i++) {
      Figures mine = all.get(i);
      Figures others = other.all.get(i);
      print(
          "bench: ratio %s/%s %s clients=%d per_s=%.2f p50=%.2f p99=%.2f cpu=%.2f%n",
          form,
          other.form,
          mine.level().kind().label,
          mine.level().clients(),
          mine.perSecond() / others.perSecond(),
          mine.whole().millis(P50) / others.whole().millis(P50),
          mine.whole().millis(P99) / others.whole().millis(P99),
          mine.allCpu() / others.allCpu());
    }
  }

  void end(Verification.Found found) {
    print(
        "  orders: %d answered for, %d of them CONFIRMED, %d lost%n%n",
        found.orders(), found.confirmed(), found.lost());
    line(
        "orders acknowledged=%d confirmed=%d lost=%d",
        found.orders(), found.confirmed(), found.lost());
  }

  /** The lines for programs, which are the last. */
  void printLines() {
    lines.forEach(out::println);
  }

  private static String named(Map<String, Double> values, String format) {
    return values.entrySet().stream()
        .map(one -> String.format(Locale.ROOT, format, one.getKey(), one.getValue()))
        .collect(Collectors.joining(" "));
  }

  private void print(String format, Object... values) {
    out.printf(Locale.ROOT, format, values);
    out.flush();
  }

  private void line(String format, Object... values) {
    lines.add("bench: mesh=" + form.word + " " + String.format(Locale.ROOT, format, values));
  }
}
