package dev.emporion.testing;

import java.nio.file.Files;
import java.nio.file.Path;

/** The checkout this program runs in. */
public final class Workspace {

  private Workspace() {}

  /** The folder with the sources' top, found upwards from the working directory. */
  public static Path root() {
    Path start = Path.of("").toAbsolutePath();
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve("proto/buf.yaml"))) {
        return folder;
      }
    }
    throw new IllegalStateException("not inside a checkout of Emporion: " + start);
  }
}
