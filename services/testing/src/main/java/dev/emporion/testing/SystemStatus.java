package dev.emporion.testing;

import java.util.Arrays;
import java.util.List;

/** What {@code ./emporion status} printed. */
public record SystemStatus(List<Row> rows, List<String> problems) {
  private static final int COLUMNS = 7;

  /**
   * @param pid of the program, 0 if it does not run
   * @param admin address of its sidecar's admin port, or "-"
   */
  public record Row(
      String instance, String health, String zone, String version, long pid, String admin) {}

  static SystemStatus parse(String text) {
    List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
    List<Row> rows =
        lines.stream()
            .map(line -> line.strip().split(" {2,}"))
            .filter(fields -> fields.length >= COLUMNS && fields[0].matches("[a-z-]+-[0-9]+"))
            .map(SystemStatus::row)
            .toList();
    List<String> problems =
        lines.stream()
            .filter(line -> line.matches(" +[^ ]+:[0-9]+: .*"))
            .map(String::strip)
            .toList();
    return new SystemStatus(rows, problems);
  }

  private static Row row(String[] fields) {
    long pid = fields[4].equals("-") ? 0 : Long.parseLong(fields[4]);
    return new Row(fields[0], fields[1], fields[2], fields[3], pid, fields[6]);
  }

  @Override
  public String toString() {
    return Arrays.toString(rows.toArray()) + problems;
  }
}
