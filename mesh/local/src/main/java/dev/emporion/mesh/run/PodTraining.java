package dev.emporion.mesh.run;

import dev.emporion.mesh.config.Config;
import dev.emporion.mesh.process.Layout;
import dev.emporion.mesh.process.Ports;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Every pod's program by itself, without sidecars: their JVMs do not know the difference. */
public final class PodTraining implements Training.Set {
  private final Layout layout;
  private final Config config;

  PodTraining(Layout layout, Config config) {
    this.layout = layout;
    this.config = config;
  }

  public static PodTraining of(Layout layout) {
    Configuration configuration = new Configuration(layout);
    configuration.look();
    return new PodTraining(layout, configuration.config());
  }

  @Override
  public Collection<String> databases() {
    return PodTemplates.databases(config);
  }

  @Override
  public List<Program> programs(Path simulatorData, Function<String, String> databaseUrl) {
    Map<Integer, Ports.Port> ports = new HashMap<>();
    List<Program> programs = new ArrayList<>();
    SecretFiles secrets = new SecretFiles(layout);
    // In a folder that never saw a system run; its pods are told of the training's databases
    // anyway.
    for (String database : databases()) {
      PodTemplates.noteDatabaseIfMissing(secrets, database, databaseUrl.apply(database));
    }
    for (PodTemplate pod : new PodTemplates(secrets).of(config).values()) {
      pod.program()
          .ifPresent(
              program ->
                  programs.add(
                      new Program(
                          pod.name(),
                          program.module(),
                          program.arguments(),
                          Launcher.SMALL,
                          port(ports, program.probes().port()),
                          environment(pod, program, ports, simulatorData, databaseUrl))));
    }
    return programs;
  }

  private static Ports.Port port(Map<Integer, Ports.Port> ports, int ofThePod) {
    return ports.computeIfAbsent(ofThePod, _ -> Training.port());
  }

  private static SortedMap<String, String> environment(
      PodTemplate pod,
      PodTemplate.Program program,
      Map<Integer, Ports.Port> ports,
      Path simulatorData,
      Function<String, String> databaseUrl) {
    SortedMap<String, String> environment = new TreeMap<>();
    program
        .environment()
        .forEach(
            (name, value) ->
                environment.put(
                    name,
                    switch (name) {
                      case "DATABASE_URL" -> databaseUrl.apply(pod.name());
                      case "SIMULATOR_DATA_DIR" -> simulatorData.toString();
                      // No two services share a port, so the port says which is meant.
                      default ->
                          value.matches("[a-z0-9.-]+:[0-9]+")
                              ? port(ports, Launcher.portOf(value)).address()
                              : value;
                    }));
    return environment;
  }

  @Override
  public Map<String, String> addresses(List<Program> programs) {
    return programs.stream()
        .collect(Collectors.toMap(Program::name, program -> program.port().address()));
  }
}
