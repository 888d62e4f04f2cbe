package dev.emporion.mesh.process;

import dev.emporion.mesh.RunnerException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Keeps logs within bounds while they are written: a program has its log open for appending and
 * never opens it again, so a log past its limit is copied and then emptied. What is written between
 * the two, a few lines at worst, is lost; no program has to take part.
 */
public record LogRotation(Path folder, long limitBytes, int kept) {
  private static final long LIMIT_BYTES = 32L << 20;
  private static final int KEPT = 2;

  public static LogRotation of(Layout layout) {
    return new LogRotation(layout.log("any").getParent(), LIMIT_BYTES, KEPT);
  }

  public void rotate() {
    try {
      for (Path log : logs()) {
        if (Files.size(log) > limitBytes) {
          rotate(log);
        }
      }
    } catch (IOException e) {
      throw new RunnerException("cannot rotate the logs in " + folder + ": " + e, e);
    }
  }

  private List<Path> logs() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".log")).toList();
    }
  }

  private void rotate(Path log) throws IOException {
    for (int i = kept; i > 1; i--) {
      if (Files.exists(numbered(log, i - 1))) {
        Files.move(numbered(log, i - 1), numbered(log, i), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.copy(log, numbered(log, 1), StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
      channel.truncate(0);
    }
  }

  private static Path numbered(Path log, int number) {
    return log.resolveSibling(log.getFileName() + "." + number);
  }
}
