package dev.emporion.mesh;

import dev.emporion.mesh.process.Ports;
import dev.emporion.mesh.run.Program;
import dev.emporion.mesh.run.Training;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** All services in one process, and the payment provider's stand-in. */
record OneProcessTraining() implements Training.Set {
  private static final List<String> SERVICES =
      List.of("catalog", "inventory", "carts", "pricing", "orders", "payments", "shipping");

  @Override
  public List<Program> programs(Path simulatorData, Function<String, String> databaseUrl) {
    Ports ports =
        new Ports(
            Training.port(),
            Training.port(),
            Training.port(),
            Ports.fromEnvironment().postgresPort());
    return Topology.programs(ports, simulatorData, databaseUrl);
  }

  @Override
  public Collection<String> databases() {
    return Topology.databases();
  }

  @Override
  public Map<String, String> addresses(List<Program> programs) {
    String together = programs.getLast().port().address();
    return SERVICES.stream().collect(Collectors.toMap(service -> service, _ -> together));
  }
}
