package dev.emporion.mesh.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JarStoreTest {
  @TempDir Path root;
  private JarStore store;

  @BeforeEach
  void store() {
    store = new JarStore(new Layout(root));
  }

  private Path jar(String name, String bytes) throws IOException {
    return Files.writeString(root.resolve(name), bytes);
  }

  @Test
  void aCopyKeepsItsTimeHoweverOftenItIsUsedAndMadeBecauseAotCachesAskForIt() throws IOException {
    Path copy = store.keep(jar("carts.jar", "one"));
    FileTime changed = Files.getLastModifiedTime(copy);

    assertThat(Files.getLastModifiedTime(store.keep(jar("carts.jar", "one")))).isEqualTo(changed);

    Files.delete(copy);
    assertThat(store.keep(jar("carts.jar", "one"))).isEqualTo(copy);
    assertThat(Files.getLastModifiedTime(copy)).isEqualTo(changed);
  }

  @Test
  void aCopyThatWasNotUsedForDaysGoesWhenAnotherIsMade() throws IOException {
    Path old = store.keep(jar("carts.jar", "one"));
    Path used = store.keep(jar("orders.jar", "orders"));
    FileTime then = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
    Files.setAttribute(old, "lastAccessTime", then);

    store.keep(jar("carts.jar", "two"));

    assertThat(old).doesNotExist();
    assertThat(used).exists();
  }
}
