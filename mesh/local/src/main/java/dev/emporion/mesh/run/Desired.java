package dev.emporion.mesh.run;

import dev.emporion.mesh.process.Layout;
import java.nio.file.Path;
import java.util.Properties;

/**
 * What people asked for and no manifest says: whether the system is to run, and how many of what.
 * It outlives the daemon.
 */
final class Desired {
  private final Path file;
  private final Properties notes = new Properties();

  Desired(Layout layout) {
    this.file = layout.mesh().resolve("desired");
    Notes.read(file, notes);
  }

  synchronized boolean isUp() {
    return Boolean.parseBoolean(notes.getProperty("up"));
  }

  synchronized void up() {
    note("up", "true");
  }

  /** With that, what was scaled is forgotten: the next start is as the manifests say. */
  synchronized void down() {
    notes.clear();
    note("up", "false");
  }

  synchronized int replicas(PodTemplate workload) {
    String scaled = notes.getProperty("replicas." + workload.name());
    return scaled == null ? workload.replicas() : Integer.parseInt(scaled);
  }

  synchronized void scale(String workload, int replicas) {
    note("replicas." + workload, Integer.toString(replicas));
  }

  private void note(String name, String value) {
    notes.setProperty(name, value);
    Notes.write(file, notes);
  }
}
