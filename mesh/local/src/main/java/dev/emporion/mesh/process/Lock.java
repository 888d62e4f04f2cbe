package dev.emporion.mesh.process;

import dev.emporion.mesh.RunnerException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Lets one command at a time change what runs. The kernel drops it when its holder dies. */
public record Lock(FileChannel channel) implements AutoCloseable {

  public static Lock take(Layout layout) {
    return take(
        layout.run().resolve("lock"),
        "another up or down is at work in this checkout; wait for it");
  }

  /**
   * @param held what to say if somebody else has it
   */
  public static Lock take(Path file, String held) {
    try {
      Files.createDirectories(file.getParent());
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        channel.close();
        throw new RunnerException(held);
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
