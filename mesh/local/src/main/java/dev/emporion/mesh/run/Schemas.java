package dev.emporion.mesh.run;

import dev.emporion.mesh.RunnerException;
import dev.emporion.mesh.process.Jvm;
import dev.emporion.mesh.process.Layout;
import dev.emporion.mesh.process.Logs;
import dev.emporion.mesh.process.ModuleJars;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Brings the databases' schemas up to date, each by its own service's migrate command. What was
 * done is noted beside the data, so that nothing is started when no migration is new.
 */
public record Schemas(Layout layout) {

  /** Returns how many were migrated. */
  public int migrate(String prefix, Map<String, String> databaseUrls) {
    try (ExecutorService workers =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      List<Future<Boolean>> migrations = new ArrayList<>();
      databaseUrls.forEach(
          (name, url) -> migrations.add(workers.submit(() -> migrate(prefix + name, name, url))));
      int migrated = 0;
      for (Future<Boolean> migration : migrations) {
        migrated += result(migration) ? 1 : 0;
      }
      return migrated;
    }
  }

  private static boolean result(Future<Boolean> migration) {
    try {
      return migration.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RunnerException("interrupted while migrating", e);
    } catch (java.util.concurrent.ExecutionException e) {
      throw e.getCause() instanceof RunnerException mendable
          ? mendable
          : new RunnerException("migrating failed: " + e.getCause(), e);
    }
  }

  private boolean migrate(String database, String service, String url) throws IOException {
    Jvm jvm = Jvm.of(layout, "services/" + service);
    // The URL is part of it: another server's database is another one.
    String wanted = jvm.jars().migrationsDigest() + ModuleJars.digest(url);
    Path note = layout.postgres().resolve("migrated").resolve(database);
    if (Files.exists(note) && Files.readString(note).equals(wanted)) {
      return false;
    }
    Path log = layout.log(service + "-migrate");
    Files.createDirectories(log.getParent());
    run(service, url, jvm, log);
    Files.createDirectories(note.getParent());
    Files.writeString(note, wanted);
    return true;
  }

  private void run(String service, String url, Jvm jvm, Path log) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(jvm.run(List.of("migrate")));
    builder.environment().put("DATABASE_URL", url);
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    try {
      if (builder.start().waitFor() != 0) {
        throw new RunnerException(
            "migrating %s failed; see %s:%n%s"
                .formatted(service, layout.shown(log), Logs.end(log)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RunnerException("interrupted while migrating " + service, e);
    }
  }
}
