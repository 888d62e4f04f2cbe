package dev.emporion.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** Memory in use, what processes share counted once; from Linux's {@code /proc}. */
final class Memory {
  private static final double KILOBYTES_PER_MEGABYTE = 1024;

  private Memory() {}

  /** In megabytes, by name, each with those of its children that have no name of their own. */
  static Map<String, Double> read(Map<String, Long> pids) {
    var megabytes = new LinkedHashMap<String, Double>();
    pids.forEach(
        (name, pid) ->
            ProcessHandle.of(pid)
                .map(
                    process ->
                        Stream.concat(
                            Stream.of(process),
                            process.children().filter(child -> !pids.containsValue(child.pid()))))
                .ifPresent(
                    all ->
                        megabytes.put(
                            name,
                            all.mapToLong(Memory::kilobytes).sum() / KILOBYTES_PER_MEGABYTE)));
    return megabytes;
  }

  private static long kilobytes(ProcessHandle process) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/smaps_rollup"))) {
      return lines
          .filter(line -> line.startsWith("Pss:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
          .sum();
    } catch (IOException e) {
      return 0;
    }
  }
}
