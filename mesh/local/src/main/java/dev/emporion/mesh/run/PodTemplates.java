package dev.emporion.mesh.run;

import dev.emporion.mesh.RunnerException;
import dev.emporion.mesh.config.Config;
import dev.emporion.mesh.manifest.Container;
import dev.emporion.mesh.manifest.Container.EnvValue;
import dev.emporion.mesh.manifest.Probe;
import dev.emporion.mesh.manifest.ServiceManifest;
import dev.emporion.mesh.manifest.Workload;
import dev.emporion.mesh.model.Registry;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What the manifests come to on this machine: images become modules of this checkout, references to
 * secrets become values.
 */
record PodTemplates(SecretFiles secrets) {
  private static final String IMAGES = "emporion/";
  private static final String DATABASE = "-database";
  private static final String MIGRATE = "migrate";

  /** The services whose database a secret is asked for. */
  static Set<String> databases(Config config) {
    Set<String> names = new TreeSet<>();
    config.workloads().stream()
        .flatMap(workload -> Stream.of(workload.initContainers(), workload.containers()))
        .flatMap(List::stream)
        .flatMap(container -> container.env().stream())
        .map(Container.EnvVar::value)
        .filter(EnvValue.SecretKey.class::isInstance)
        .map(value -> ((EnvValue.SecretKey) value).secret())
        .filter(secret -> secret.endsWith(DATABASE))
        .map(secret -> secret.substring(0, secret.length() - DATABASE.length()))
        .forEach(names::add);
    return names;
  }

  static void noteDatabase(SecretFiles secrets, String name, String url) {
    secrets.write(name + DATABASE, "url", url);
  }

  static void noteDatabaseIfMissing(SecretFiles secrets, String name, String url) {
    if (secrets.find(name + DATABASE, "url").isEmpty()) {
      noteDatabase(secrets, name, url);
    }
  }

  Map<String, PodTemplate> of(Config config) {
    Map<String, PodTemplate> templates = new TreeMap<>();
    config.workloads().forEach(workload -> templates.put(workload.name(), template(workload)));
    return templates;
  }

  static List<PodTemplate.Service> services(Config config) {
    return config.services().stream().map(PodTemplates::service).toList();
  }

  private static PodTemplate.Service service(ServiceManifest service) {
    return new PodTemplate.Service(
        service.name(),
        service.selector(),
        service.ports().stream()
            .map(
                port ->
                    new Registry.Port(
                        port.name(), port.port(), port.targetPort().number(), port.protocol()))
            .toList());
  }

  private PodTemplate template(Workload workload) {
    boolean inMesh = workload.isGateway() || workload.hasSidecar();
    return new PodTemplate(
        workload.name(),
        workload.serviceAccount(),
        workload.labels(),
        workload.instances(),
        // Nobody can be told to go to the new one instead of the old one.
        !inMesh,
        inMesh,
        workload.isGateway() ? Optional.empty() : Optional.of(program(workload)),
        workload.containers().stream()
            .map(Container::ports)
            .flatMap(Collection::stream)
            .map(Container.Port::containerPort)
            .toList());
  }

  private PodTemplate.Program program(Workload workload) {
    Container container = workload.containers().getFirst();
    return new PodTemplate.Program(
        module(container),
        container.args(),
        environment(workload, container),
        workload.initContainers().stream().anyMatch(init -> init.args().contains(MIGRATE)),
        probes(container));
  }

  private static String module(Container container) {
    String image = container.image().replaceFirst("[:@].*$", "");
    if (!image.startsWith(IMAGES)) {
      throw new RunnerException(
          container.where() + ": no module here makes the image " + container.image());
    }
    return "services/" + image.substring(IMAGES.length());
  }

  private Map<String, String> environment(Workload workload, Container container) {
    Map<String, String> environment = new TreeMap<>();
    for (Container.EnvVar variable : container.env()) {
      value(workload, variable).ifPresent(value -> environment.put(variable.name(), value));
    }
    return environment;
  }

  private Optional<String> value(Workload workload, Container.EnvVar variable) {
    return switch (variable.value()) {
      case EnvValue.Literal literal -> Optional.of(literal.text());
      case EnvValue.SecretKey key -> secret(variable, key);
      case EnvValue.PodField field -> Optional.of(podField(workload, field.path()));
      // Filled in by whoever read the files.
      case EnvValue.ConfigKey key -> throw new IllegalStateException(key.toString());
    };
  }

  private Optional<String> secret(Container.EnvVar variable, EnvValue.SecretKey key) {
    Optional<String> value = secrets.find(key.secret(), key.key());
    if (value.isEmpty() && !key.optional()) {
      throw new RunnerException(
          "%s: there is no secret %s with a key %s: write it to %s"
              .formatted(
                  variable.where(),
                  key.secret(),
                  key.key(),
                  secrets.file(key.secret(), key.key())));
    }
    return value;
  }

  private static String podField(Workload workload, String path) {
    return switch (path) {
      case "metadata.namespace" -> Launcher.NAMESPACE;
      case "spec.serviceAccountName" -> workload.serviceAccount();
      case "metadata.name" -> Launcher.POD_NAME;
      default ->
          path.startsWith("metadata.labels['")
              ? workload.labels().getOrDefault(path.substring(17, path.length() - 2), "")
              : "127.0.0.1";
    };
  }

  private static PodTemplate.Probes probes(Container container) {
    Probe ready =
        container
            .readinessProbe()
            .orElseThrow(
                () -> new RunnerException(container.where() + ": give it a readinessProbe"));
    if (!(ready.check() instanceof Probe.Grpc grpc)) {
      throw new RunnerException(ready.where() + ": only grpc is asked here");
    }
    return new PodTemplate.Probes(
        grpc.port(),
        grpc.service(),
        new PodTemplate.Period(
            Duration.ofSeconds(ready.periodSeconds()),
            Duration.ofSeconds(ready.timeoutSeconds()),
            ready.failureThreshold()),
        container.livenessProbe().map(PodTemplates::patience).orElse(Duration.ofDays(1)));
  }

  private static Duration patience(Probe live) {
    return Duration.ofSeconds(
        (long) live.periodSeconds() * live.failureThreshold() + live.timeoutSeconds());
  }
}
