package dev.emporion.mesh.config;

import dev.emporion.mesh.yaml.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** Everything, or nothing: half a configuration lets through what the other half would deny. */
public sealed interface ConfigResult {

  record Valid(Config config) implements ConfigResult {}

  /**
   * @param problems at least one, by file and line
   */
  record Broken(List<Problem> problems) implements ConfigResult {

    /** A line for each problem. */
    public String report() {
      return problems.stream().map(Problem::toString).collect(Collectors.joining("\n"));
    }

    /** For a place where only one line fits. */
    public String headline() {
      int others = problems.size() - 1;
      return problems.getFirst() + (others == 0 ? "" : " (and " + others + " more)");
    }
  }
}
