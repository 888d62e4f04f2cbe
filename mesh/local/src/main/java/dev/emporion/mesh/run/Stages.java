package dev.emporion.mesh.run;

import java.util.function.Supplier;

/** Progress of a command: one aligned line a stage, coloured on a terminal alone. */
public final class Stages {
  private static final double NANOS = 1e9;
  private final boolean terminal = Boolean.getBoolean("emporion.terminal");
  private final long began = System.nanoTime();

  /** Runs a stage and prints how long it took and what it says of itself. */
  public void run(String name, Supplier<String> stage) {
    long start = System.nanoTime();
    begin(name);
    try {
      String detail = stage.get();
      end(name, "%.1f".formatted(seconds(start)), detail);
    } catch (RuntimeException e) {
      failed(name);
      throw e;
    }
  }

  void begin(String name) {
    if (terminal) {
      System.out.printf("  %-10s ", name);
      System.out.flush();
    }
  }

  void end(String name, String seconds, String detail) {
    System.out.printf(
        "%s  %s %5s s  %s%n",
        terminal ? "\r" : "", green("%-10s".formatted(name)), seconds, detail);
  }

  void failed(String name) {
    System.out.printf("%s  %s%n", terminal ? "\r" : "", red(name + ": failed"));
  }

  public double seconds() {
    return seconds(began);
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / NANOS;
  }

  private String green(String text) {
    return terminal ? "\033[32m" + text + "\033[0m" : text;
  }

  private String red(String text) {
    return terminal ? "\033[31m" + text + "\033[0m" : text;
  }
}
