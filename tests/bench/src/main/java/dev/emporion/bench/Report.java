package dev.emporion.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Prints the figures: tables for people, then a line for programs each. */
final class Report {
  private static final double P50 = 0.5;
  private static final double P95 = 0.95;
  private static final double P99 = 0.99;
  private static final double KILO = 1_000;

  private final PrintStream out;
  private final List<Figures> all = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();

  Report(PrintStream out) {
    this.out = out;
  }

  /** What the figures are to be compared with; then the head of their table. */
  void begin(double commitsPerSecond) {
    int cores = Runtime.getRuntime().availableProcessors();
    print("%n  %d cores; PostgreSQL commits %.0f/s on one connection%n", cores, commitsPerSecond);
    line("machine cores=%d commits_per_s=%.0f", cores, commitsPerSecond);
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
        level, of.allCpu(), named(of.cpu(), "%s=%.3f"), of.others());
    line(
        "%s statements=%.2f commits=%.2f wal_bytes=%.0f wal_syncs=%.2f",
        level, of.transactions(), of.writes(), of.walBytes(), of.walSyncs());
  }

  /** The second table: what each level costs. */
  void costs(Collection<String> processes) {
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
          of.cpu().values().stream()
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
    print("%n  memory, MB: %s%n", named(megabytes, "%s %.0f"));
    line("memory_mb %s", named(megabytes, "%s=%.0f"));
  }

  void end(Verification.Found found) {
    print(
        "  orders: %d answered for, %d of them CONFIRMED, %d lost%n%n",
        found.orders(), found.confirmed(), found.lost());
    line(
        "orders acknowledged=%d confirmed=%d lost=%d",
        found.orders(), found.confirmed(), found.lost());
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
    lines.add("bench: " + String.format(Locale.ROOT, format, values));
  }
}
