package dev.emporion.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * PostgreSQL is killed and cannot be started for a while, however often somebody tries: its
 * configuration is elsewhere.
 */
record DatabaseAway(Duration length) implements Fault {
  static final String TARGET = "postgres";
  private static final Duration BACK_LIMIT = Duration.ofSeconds(90);

  @Override
  public String name() {
    return "PostgreSQL is away";
  }

  @Override
  public String target() {
    return TARGET;
  }

  @Override
  public void strike(Scene scene) {
    move(file(scene), away(scene));
    scene.site().postgresProcess().ifPresent(ProcessHandle::destroyForcibly);
  }

  @Override
  public void mend(Scene scene) {
    move(away(scene), file(scene));
    if (!Pauses.await(BACK_LIMIT, () -> answers(scene.site()))) {
      throw new ChaosException("PostgreSQL was not started again");
    }
  }

  static boolean answers(Site site) {
    try (Connection _ = site.database("orders")) {
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  private static Path file(Scene scene) {
    return scene.site().postgres().resolve("data/postgresql.conf");
  }

  private static Path away(Scene scene) {
    return scene.site().postgres().resolve("postgresql.conf.away");
  }

  private static void move(Path from, Path to) {
    try {
      Files.move(from, to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
