package dev.emporion.mesh.process;

import dev.emporion.mesh.RunnerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The processes we started, on record in {@code .run/processes}. Each lives in a session of its own
 * and writes to a file, so that it needs neither us nor a terminal; whoever comes later finds it by
 * its record.
 */
public final class Processes {
  private static final long LOG_LIMIT_BYTES = 64L << 20;

  /** What a program may know of the machine it runs on, beside its own settings. */
  private static final Set<String> OF_THE_MACHINE =
      Set.of("PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR");

  private final Layout layout;
  private final boolean environmentOnly;

  public Processes(Layout layout) {
    this(layout, false);
  }

  private Processes(Layout layout, boolean environmentOnly) {
    this.layout = layout;
    this.environmentOnly = environmentOnly;
  }

  /** Processes that get the settings they are given and inherit none of ours. */
  public static Processes withOwnEnvironment(Layout layout) {
    return new Processes(layout, true);
  }

  /** Takes the process, which has ended, off the record. */
  public void forget(String name) {
    try {
      Files.deleteIfExists(identityFile(name));
      Files.deleteIfExists(fingerprintFile(name));
    } catch (IOException e) {
      throw new RunnerException("cannot take " + name + " off the record: " + e, e);
    }
  }

  /** The process of this name, if it is alive. */
  public Optional<Running> find(String name) {
    return ProcessIdentity.readFrom(identityFile(name))
        .filter(ProcessIdentity::isAlive)
        .map(identity -> new Running(name, identity, fingerprint(name), layout.log(name)));
  }

  /** The process of this name, or a line that says which there are. */
  public Running named(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new RunnerException(
                    "no process '%s' runs; these do: %s"
                        .formatted(
                            name, String.join(" ", all().stream().map(Running::name).toList()))));
  }

  /** All that are alive, in the order of their names. */
  public List<Running> all() {
    if (!Files.exists(layout.processes())) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(layout.processes())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".identity"))
          .map(file -> file.substring(0, file.length() - ".identity".length()))
          .sorted()
          .flatMap(name -> find(name).stream())
          .toList();
    } catch (IOException e) {
      throw new RunnerException("cannot read " + layout.processes() + ": " + e, e);
    }
  }

  /**
   * Starts a program and returns when it is on record.
   *
   * @param fingerprint of everything that would make a restart necessary if it changed
   */
  public Running start(
      String name, String fingerprint, List<String> command, Map<String, String> environment) {
    try {
      Files.createDirectories(layout.processes());
      Files.createDirectories(layout.log(name).getParent());
      Files.deleteIfExists(identityFile(name));
      Files.writeString(fingerprintFile(name), fingerprint);
      ProcessBuilder builder = new ProcessBuilder(inItsOwnSession(name, command));
      if (environmentOnly) {
        builder.environment().keySet().retainAll(OF_THE_MACHINE);
      }
      builder.environment().putAll(environment);
      builder.directory(layout.root().toFile());
      builder.redirectErrorStream(true);
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(freshLog(name).toFile()));
      builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
      return onRecord(name, builder.start());
    } catch (IOException e) {
      throw new RunnerException("cannot start " + name + ": " + e, e);
    }
  }

  private Running onRecord(String name, Process process) {
    return Wait.until(
            Wait.SHORTLY, () -> ProcessIdentity.readFrom(identityFile(name)), process::isAlive)
        .map(identity -> new Running(name, identity, fingerprint(name), layout.log(name)))
        .orElseThrow(() -> new RunnerException(name + " ended at once; see " + shownLog(name)));
  }

  private List<String> inItsOwnSession(String name, List<String> command) {
    List<String> all = new ArrayList<>();
    if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
      all.add("/usr/bin/setsid");
    } else {
      all.addAll(List.of("perl", "-MPOSIX", "-e", "POSIX::setsid(); exec @ARGV or die", "--"));
    }
    all.addAll(List.of("sh", "-c", ProcessIdentity.RECORD_THEN_RUN, "emporion"));
    all.add(identityFile(name).toString());
    all.addAll(command);
    return all;
  }

  /** A log grows over many runs; past its limit it is begun anew, and one old one is kept. */
  private Path freshLog(String name) throws IOException {
    Path log = layout.log(name);
    if (Files.exists(log) && Files.size(log) > LOG_LIMIT_BYTES) {
      Files.move(
          log,
          log.resolveSibling(name + ".log.1"),
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
    return log;
  }

  public Path shownLog(String name) {
    return layout.shown(layout.log(name));
  }

  private String fingerprint(String name) {
    try {
      return Files.readString(fingerprintFile(name));
    } catch (IOException e) {
      return "";
    }
  }

  private Path identityFile(String name) {
    return layout.processes().resolve(name + ".identity");
  }

  private Path fingerprintFile(String name) {
    return layout.processes().resolve(name + ".fingerprint");
  }
}
