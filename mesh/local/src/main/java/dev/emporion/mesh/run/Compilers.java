package dev.emporion.mesh.run;

import dev.emporion.mesh.RunnerException;
import java.util.List;

/**
 * Which of the JVM's two compilers a service has here. The quick one alone is best for minutes; the
 * other takes 5 to 15 cpu seconds a service before an order costs a third less.
 */
enum Compilers {
  QUICK(List.of("-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=32m")),
  /** One thread for each of them: several would take more memory, on any number of cores. */
  BOTH(List.of("-XX:CICompilerCount=2", "-XX:ReservedCodeCacheSize=64m"));

  private static final String VARIABLE = "EMPORION_COMPILERS";

  private final List<String> flags;

  Compilers(List<String> flags) {
    this.flags = flags;
  }

  List<String> flags() {
    return flags;
  }

  static Compilers fromEnvironment() {
    return of(System.getenv().getOrDefault(VARIABLE, "quick"));
  }

  static Compilers of(String word) {
    return switch (word) {
      case "quick" -> QUICK;
      case "both" -> BOTH;
      default -> throw new RunnerException(VARIABLE + " is '" + word + "'; give quick or both");
    };
  }
}
