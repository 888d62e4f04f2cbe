package dev.emporion.chaos;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The disk that PostgreSQL writes to is full, to the last byte. For a site with a {@link SmallDisk}
 * alone: somebody else's disk is left in peace.
 */
record FullDisk(Duration length) implements Fault {
  private static final int BLOCK = 1 << 20;
  private static final Duration BACK_LIMIT = Duration.ofSeconds(90);

  @Override
  public String name() {
    return "PostgreSQL's disk is full";
  }

  @Override
  public String target() {
    return DatabaseAway.TARGET;
  }

  /** Ever smaller pieces, until not one more byte goes in. */
  @Override
  public void strike(Scene scene) {
    SmallDisk.requireAt(scene.site().postgres());
    try (OutputStream out = Files.newOutputStream(ballast(scene))) {
      for (int piece = BLOCK; piece > 0; piece /= 2) {
        fill(out, new byte[piece]);
      }
    } catch (IOException e) {
      // Its end cannot be written either.
    }
  }

  private static void fill(OutputStream out, byte[] piece) {
    try {
      while (true) {
        out.write(piece);
      }
    } catch (IOException e) {
      // No room for a piece of this size.
    }
  }

  @Override
  public void mend(Scene scene) {
    try {
      Files.delete(ballast(scene));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!Pauses.await(BACK_LIMIT, () -> DatabaseAway.answers(scene.site()))) {
      throw new ChaosException("PostgreSQL was not started again");
    }
  }

  private static Path ballast(Scene scene) {
    return scene.site().postgres().resolve("ballast");
  }
}
