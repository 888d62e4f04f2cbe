package dev.emporion.edge.contracts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Run by the build: writes what is made of the contracts. */
public final class Generate {

  private Generate() {}

  /**
   * @param args the version, and Maven's {@code target} folder
   */
  public static void main(String... args) throws IOException {
    var contracts = Contracts.read();
    Path target = Path.of(args[1]);
    write(
        target.resolve("classes/dev/emporion/edge/openapi.json"),
        OpenApi.document(contracts, args[0]));
    write(target.resolve("json-transcoding.yaml"), Transcoder.envoyFilter(contracts));
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
