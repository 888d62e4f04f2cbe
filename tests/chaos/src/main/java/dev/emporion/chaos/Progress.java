package dev.emporion.chaos;

import java.time.Duration;
import java.util.Map;

/** What a person sees: a line that changes on a terminal, a line now and then elsewhere. */
final class Progress {
  private static final Duration ON_A_TERMINAL = Duration.ofMillis(500);
  private static final Duration ELSEWHERE = Duration.ofSeconds(10);

  private final boolean terminal;
  private final long beganNanos = System.nanoTime();

  Progress(boolean terminal) {
    this.terminal = terminal;
  }

  void stage(String name, String text) {
    System.out.printf("  %-10s %6.1f s  %s%n", name, seconds(), text);
  }

  private double seconds() {
    return (System.nanoTime() - beganNanos) / 1e9;
  }

  /** Until the load has ended. */
  void follow(Pace pace, Load load, Injector injector, int orders, int faults) {
    while (load.ended() < orders && !load.isOver()) {
      System.out.printf(
          terminal ? "\r  %-10s %6.1f s  %-90.90s" : "  %-10s %6.1f s  %s%n",
          "storm",
          seconds(),
          "%6d of %d orders  %4d of %d faults  %s"
              .formatted(load.ended(), orders, pace.faultsOver(), faults, injector.latest()));
      System.out.flush();
      Pauses.await(
          terminal ? ON_A_TERMINAL : ELSEWHERE, () -> load.ended() >= orders || load.isOver());
    }
  }

  void ended() {
    if (terminal) {
      System.out.println();
    }
  }

  void settled(double percent, int open) {
    stage("settled", "%.2f %% decided 30 s after the last fault, %d open".formatted(percent, open));
  }

  void states(Map<String, Long> states, Map<String, Integer> heard) {
    stage("orders", text(states));
    stage("repeated", heard.isEmpty() ? "nothing" : text(heard));
  }

  private static String text(Map<String, ?> counts) {
    return String.join(
        "  ", counts.entrySet().stream().map(one -> one.getKey() + " " + one.getValue()).toList());
  }
}
