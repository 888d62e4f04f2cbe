package dev.emporion.mesh;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Lets one command at a time change what runs. The kernel drops it when its holder dies. */
record Lock(FileChannel channel) implements AutoCloseable {

  static Lock take(Layout layout) {
    Path file = layout.run().resolve("lock");
    try {
      Files.createDirectories(layout.run());
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        throw new RunnerException("another up or down is at work in this checkout; wait for it");
      }
      return new Lock(channel);
    } catch (IOException e) {
      throw new RunnerException("cannot lock " + file + ": " + e, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new RunnerException("cannot give the lock back: " + e, e);
    }
  }
}
