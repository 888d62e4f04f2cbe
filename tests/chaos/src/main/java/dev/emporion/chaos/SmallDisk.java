package dev.emporion.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A disk of its own for PostgreSQL, in memory and small. Only root may mount one. */
record SmallDisk(Path folder) implements AutoCloseable {
  private static final long MEGABYTES = 512;
  private static final long LIMIT_SECONDS = 10;

  /** Whether this machine and this user can have one. */
  static boolean isPossible() {
    return System.getProperty("os.name").equals("Linux")
        && System.getProperty("user.name").equals("root")
        && run("unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt");
  }

  static SmallDisk mount(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String options = "size=%dm,mode=0700".formatted(MEGABYTES);
    if (!run("mount", "-t", "tmpfs", "-o", options, "emporion", folder.toString())) {
      throw new ChaosException("cannot mount a disk at " + folder);
    }
    return new SmallDisk(folder);
  }

  /** Of a run that was killed, if there is one. */
  static void removeFrom(Path folder) {
    if (Files.exists(folder) && isAt(folder)) {
      new SmallDisk(folder).close();
    }
  }

  static void requireAt(Path folder) {
    if (!isAt(folder)) {
      throw new ChaosException("no disk of its own at " + folder);
    }
  }

  private static boolean isAt(Path folder) {
    try {
      FileStore store = Files.getFileStore(folder);
      return store.type().equals("tmpfs") && store.getTotalSpace() == MEGABYTES << 20;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    run("umount", "--lazy", folder.toString());
  }

  private static boolean run(String... command) {
    try {
      Process process =
          new ProcessBuilder(List.of(command))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ChaosException("interrupted", e);
    }
  }
}
