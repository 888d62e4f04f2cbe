package dev.emporion.mesh.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MeshReadmeTest {
  private static final Path README = Path.of("../README.md");

  @Test
  void theReadmeTellsTheKindsAsTheCodeReadsThem() throws IOException {
    String written = Files.readString(README);
    String generated = KindsTable.replaceIn(written);
    if (Boolean.getBoolean("emporion.rewrite")) {
      Files.writeString(README, generated);
      return;
    }
    assertThat(written)
        .as("mesh/README.md; -Demporion.rewrite=true writes it anew")
        .isEqualTo(generated);
  }
}
