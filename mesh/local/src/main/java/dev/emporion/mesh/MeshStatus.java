package dev.emporion.mesh;

import dev.emporion.mesh.run.Mesh;
import dev.emporion.mesh.run.Message;
import dev.emporion.mesh.run.Stages;
import java.util.ArrayList;
import java.util.List;

/** What runs, as a table that a person reads at a glance. */
record MeshStatus(Mesh mesh, Stages stages) {
  private static final List<String> COLUMNS =
      List.of(
          "INSTANCE",
          "HEALTH",
          "ZONE",
          "VERSION",
          "PID",
          "SIDECAR",
          "ADMIN",
          "CERT",
          "REQ/S",
          "ERR%",
          "P50",
          "P99");

  private static final int HEALTH = 1;

  /** Prints it; returns whether all of it is well. */
  boolean print() {
    if (!mesh.isRunning()) {
      System.out.println("the mesh's daemon is down, what it started runs on; make up starts it");
      System.out.println("status: instances=? ready=? problems=1");
      return false;
    }
    List<List<String>> rows = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (Message message : mesh.command(stages, "status")) {
      switch (message.kind()) {
        case "instance" -> rows.add(message.rest());
        case "problem" -> problems.add(message.field(1));
        default -> {}
      }
    }
    printTable(rows);
    problems.forEach(problem -> System.out.println(coloured("31", "  " + problem)));
    long ready = rows.stream().filter(row -> row.get(HEALTH).equals("serving")).count();
    System.out.printf(
        "status: instances=%d ready=%d problems=%d%n", rows.size(), ready, problems.size());
    return ready == rows.size() && problems.isEmpty();
  }

  private static void printTable(List<List<String>> rows) {
    int[] widths = new int[COLUMNS.size()];
    for (int i = 0; i < widths.length; i++) {
      int column = i;
      widths[i] =
          Math.max(
              COLUMNS.get(i).length(),
              rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0));
    }
    System.out.println(line(COLUMNS, widths));
    for (List<String> row : rows) {
      String state = row.get(HEALTH);
      System.out.println(
          line(row, widths)
              .replaceFirst(state, coloured(state.equals("serving") ? "32" : "31", state)));
    }
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder(" ");
    for (int i = 0; i < widths.length; i++) {
      line.append(" %%-%ds".formatted(widths[i]).formatted(row.get(i))).append(' ');
    }
    return line.toString().stripTrailing();
  }

  private static String coloured(String code, String text) {
    return Boolean.getBoolean("emporion.terminal") ? "\033[" + code + "m" + text + "\033[0m" : text;
  }
}
