package dev.emporion.mesh.process;

import dev.emporion.mesh.RunnerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the processes said. */
public record Logs(Layout layout) {
  private static final int END_LINES = 8;

  /** A stack trace in a JSON line has no end. */
  private static final int MAX_WIDTH = 300;

  public void show(String process, int lines, boolean follow) {
    if (process == null) {
      System.out.println("logs of: " + String.join(" ", names()));
      return;
    }
    Path log = log(process);
    if (!Files.exists(log)) {
      throw new RunnerException(
          "there is no log of '%s'; there are: %s".formatted(process, String.join(" ", names())));
    }
    tail(log, lines, follow);
  }

  /** Of this process; of the first instance, if it is a service's name. */
  private Path log(String process) {
    if (process.equals("postgres")) {
      return layout.postgres().resolve("postgres.log");
    }
    return names().stream()
        .filter(name -> !Files.exists(layout.log(process)))
        .filter(name -> name.matches(Pattern.quote(process) + "-[0-9]+"))
        .max(Comparator.comparing(name -> layout.log(name).toFile().lastModified()))
        .map(layout::log)
        .orElse(layout.log(process));
  }

  /** The system's tail, with our own terminal. */
  private static void tail(Path log, int lines, boolean follow) {
    List<String> command = new ArrayList<>(List.of("tail", "-n", Integer.toString(lines)));
    if (follow) {
      command.add("-F");
    }
    command.add(log.toString());
    try {
      new ProcessBuilder(command).inheritIO().start().waitFor();
    } catch (IOException e) {
      throw new RunnerException("cannot show " + log + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<String> names() {
    Path folder = layout.log("any").getParent();
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".log"))
          .map(file -> file.substring(0, file.length() - ".log".length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new RunnerException("cannot read " + folder + ": " + e, e);
    }
  }

  /** The last lines of a log, for a complaint. */
  public static String end(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return lines.subList(Math.max(0, lines.size() - END_LINES), lines.size()).stream()
          .map(line -> line.length() > MAX_WIDTH ? line.substring(0, MAX_WIDTH) + "..." : line)
          .collect(Collectors.joining("\n"));
    } catch (IOException e) {
      return "(" + log + " cannot be read)";
    }
  }
}
