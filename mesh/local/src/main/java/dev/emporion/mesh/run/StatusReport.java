package dev.emporion.mesh.run;

import dev.emporion.mesh.envoy.Traffic;
import dev.emporion.mesh.identity.Credential;
import dev.emporion.mesh.process.Running;
import dev.emporion.mesh.process.Supervised;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Every instance in a row, as the daemon knows it, and below them what is wrong. */
record StatusReport(Fleet fleet, ControlPlane controlPlane) {
  private static final String NOTHING = "-";

  void send(Progress progress) {
    // Each Envoy is asked at the same time as the others: one of them may hang.
    List<Message> rows = fleet.instances().parallelStream().map(this::row).toList();
    rows.forEach(progress::send);
    controlPlane.problems().forEach(problem -> progress.send(Message.of("problem", problem)));
    for (Instance instance : fleet.instances()) {
      instance
          .app()
          .map(Supervised::problem)
          .filter(problem -> !problem.isEmpty())
          .ifPresent(problem -> progress.send(Message.of("problem", problem)));
    }
  }

  private Message row(Instance instance) {
    Optional<Traffic> traffic = instance.sidecar().flatMap(Sidecar::traffic);
    return Message.of(
        "instance",
        instance.id(),
        instance.state(),
        instance.proxy().zone(),
        instance.workload().version(),
        instance.app().flatMap(Supervised::running).map(StatusReport::pid).orElse(NOTHING),
        instance.sidecar().flatMap(Sidecar::running).map(StatusReport::pid).orElse(NOTHING),
        instance.sidecar().map(sidecar -> sidecar.admin().toString()).orElse(NOTHING),
        controlPlane.certificate(instance.id()).map(StatusReport::age).orElse(NOTHING),
        traffic.map(t -> "%.1f".formatted(t.perSecond())).orElse(NOTHING),
        traffic.map(t -> "%.1f".formatted(t.errorPercent())).orElse(NOTHING),
        traffic.map(t -> millis(t.median())).orElse(NOTHING),
        traffic.map(t -> millis(t.p99())).orElse(NOTHING));
  }

  private static String pid(Running process) {
    return Long.toString(process.identity().pid());
  }

  private static String age(Credential credential) {
    Duration age = Duration.between(credential.issued(), Instant.now());
    return age.toHours() > 0
        ? "%d h".formatted(age.toHours())
        : age.toMinutes() > 0
            ? "%d m".formatted(age.toMinutes())
            : "%d s".formatted(Math.max(0, age.toSeconds()));
  }

  private static String millis(OptionalDouble value) {
    return value.isPresent() ? "%.0f ms".formatted(value.getAsDouble()) : NOTHING;
  }
}
