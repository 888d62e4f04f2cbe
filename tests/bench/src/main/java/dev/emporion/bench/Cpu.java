package dev.emporion.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Cpu seconds so far, from Linux's {@code /proc}; elsewhere there are none.
 *
 * @param processes by name, each with its nameless children, ended ones included
 * @param machine of everything that runs on it
 */
record Cpu(Map<String, Double> processes, double machine) {
  private static final Path PROC = Path.of("/proc");

  /** What a kernel built for any common machine counts in. */
  private static final double TICKS_PER_SECOND = 100;

  /** Of {@code /proc/stat}'s first line: all but idle and waiting for a disk. */
  private static final List<Integer> BUSY = List.of(1, 2, 3, 6, 7, 8);

  static Cpu read(Map<String, Long> pids) {
    if (!Files.isReadable(PROC.resolve("stat"))) {
      return new Cpu(Map.of(), 0);
    }
    List<Stat> all = stats();
    var processes = new LinkedHashMap<String, Double>();
    pids.forEach((name, pid) -> processes.put(name, seconds(all, pid, pids.values())));
    return new Cpu(processes, machineSeconds());
  }

  /**
   * A child's time moves to its parent when it ends, so the sum never shrinks. A child with a name
   * of its own, as those of the mesh's daemon, is not its parent's.
   */
  private static double seconds(List<Stat> all, long pid, Collection<Long> named) {
    return all.stream()
        .filter(stat -> stat.pid == pid || stat.parent == pid && !named.contains(stat.pid))
        .mapToDouble(Stat::seconds)
        .sum();
  }

  private static List<Stat> stats() {
    try (Stream<Path> files = Files.list(PROC)) {
      return files
          .filter(file -> Character.isDigit(file.getFileName().toString().charAt(0)))
          .flatMap(file -> Stat.read(file).stream())
          .toList();
    } catch (IOException e) {
      throw new BenchException("cannot read " + PROC, e);
    }
  }

  private static double machineSeconds() {
    try {
      String[] fields = Files.readAllLines(PROC.resolve("stat")).getFirst().split(" +");
      return BUSY.stream().mapToLong(field -> Long.parseLong(fields[field])).sum()
          / TICKS_PER_SECOND;
    } catch (IOException e) {
      throw new BenchException("cannot read " + PROC, e);
    }
  }

  /** One process, with the time of its children that ended. */
  private record Stat(long pid, long parent, double seconds) {
    private static final int PARENT = 1;
    private static final int FIRST_TIME = 11;
    private static final int TIMES = 4;

    static Optional<Stat> read(Path process) {
      try {
        String text = Files.readString(process.resolve("stat"));
        // The name, in parentheses, may hold anything.
        String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
        double ticks = 0;
        for (int i = 0; i < TIMES; i++) {
          ticks += Long.parseLong(fields[FIRST_TIME + i]);
        }
        long pid = Long.parseLong(process.getFileName().toString());
        return Optional.of(new Stat(pid, Long.parseLong(fields[PARENT]), ticks / TICKS_PER_SECOND));
      } catch (IOException e) {
        return Optional.empty(); // it ended meanwhile
      }
    }
  }
}
