package dev.emporion.mesh.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CheckoutTest {
  private static final Path ROOT = Path.of("../..");

  @Test
  void theFilesOfThisCheckoutAreRight() {
    ConfigResult result = ConfigFiles.of(ROOT).read();
    assertThat(result)
        .withFailMessage(() -> result instanceof ConfigResult.Broken broken ? broken.report() : "")
        .isInstanceOf(ConfigResult.Valid.class);
  }
}
