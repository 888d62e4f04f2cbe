package dev.emporion.mesh.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.emporion.mesh.RunnerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModuleJarsTest {
  @TempDir Path root;
  private Path target;
  private Path library;

  @BeforeEach
  void build() throws IOException {
    target = Files.createDirectories(root.resolve("services/carts/target"));
    library = jar(root.resolve("library.jar"), "a.class", "library");
    Files.writeString(target.resolve("classpath"), library.toString());
    ownJar("one");
  }

  @Test
  void theModulesOwnJarComesFirst() {
    assertThat(jars().jars()).containsExactly(own(), library);
  }

  @Test
  void aChangedJarIsAnotherClassPathAndNeedsAnotherCache() throws IOException {
    ModuleJars before = jars();
    String digest = before.digest();
    Path cache = new Jvm(new Layout(root), before, List.of(), List.of()).cache();

    ownJar("two");

    assertThat(jars().digest()).isNotEqualTo(digest);
    assertThat(new Jvm(new Layout(root), jars(), List.of(), List.of()).cache()).isNotEqualTo(cache);
  }

  @Test
  void flagsOfTheRunAloneNeedNoOtherCache() {
    Jvm jvm = new Jvm(new Layout(root), jars(), List.of(), List.of());

    Jvm later = jvm.later(List.of("-XX:TieredStopAtLevel=1"));

    assertThat(later.cache()).isEqualTo(jvm.cache());
    assertThat(later.run(List.of())).contains("-XX:TieredStopAtLevel=1");
    assertThat(later.train(root, List.of())).doesNotContain("-XX:TieredStopAtLevel=1");
  }

  @Test
  void theSameBytesBuiltAgainAreTheSameClassPath() throws IOException {
    String before = jars().digest();
    ownJar("one");
    assertThat(jars().digest()).isEqualTo(before);
  }

  @Test
  void onlyAChangedMigrationIsANewSchema() throws IOException {
    jar(own(), "db/migration/V1__carts.sql", "create table carts");
    String before = jars().migrationsDigest();
    jar(own(), "db/migration/V1__carts.sql", "create table carts (id)");
    assertThat(jars().migrationsDigest()).isNotEqualTo(before);
  }

  @Test
  void aModuleThatIsNotBuiltIsNamedWithTheMend() {
    assertThatThrownBy(() -> ModuleJars.of(new Layout(root), "services/orders"))
        .isInstanceOf(RunnerException.class)
        .hasMessageContaining("services/orders is not built")
        .hasMessageContaining("make build");
  }

  @Test
  void aRunMayTakeAModuleFromAnotherCheckout() throws IOException {
    Path theirs = Files.createDirectories(root.resolve("theirs/services/carts/target"));
    Files.writeString(theirs.resolve("classpath"), library.toString());
    Path run = root.resolve(".run/mixed");
    Path link = run.resolve("instead/services/carts");
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, theirs.getParent());

    ModuleJars mixed = ModuleJars.of(new Layout(root, run), "services/carts");

    assertThat(mixed.jars().getFirst())
        .isEqualTo(link.resolve("target").resolve(own().getFileName()));
    assertThat(jars().jars()).startsWith(own());
  }

  private ModuleJars jars() {
    return ModuleJars.of(new Layout(root), "services/carts");
  }

  private Path own() {
    return target.resolve("emporion-carts-0.1.0-SNAPSHOT.jar");
  }

  private void ownJar(String content) throws IOException {
    jar(own(), "dev/emporion/carts/Main.class", content);
  }

  private static Path jar(Path file, String entry, String content) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      ZipEntry named = new ZipEntry(entry);
      named.setTime(0);
      zip.putNextEntry(named);
      zip.write(content.getBytes());
    }
    return file;
  }
}
