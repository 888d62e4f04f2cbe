package dev.emporion.testing.cluster;

import static dev.emporion.testing.Eventually.within;

import dev.emporion.testing.Command;
import dev.emporion.testing.Workspace;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The cluster of {@code KUBECONFIG}, where Emporion runs. */
public final class Cluster implements AutoCloseable {
  public static final String NAMESPACE = "emporion";
  public static final String ISTIO = "istio-system";
  private static final Duration READY_LIMIT = Duration.ofSeconds(180);
  private static final Duration AUDIT_LIMIT = Duration.ofMinutes(10);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private static final Map<String, Integer> PORTS =
      Map.of(
          "catalog", 50051,
          "inventory", 50052,
          "carts", 50053,
          "pricing", 50054,
          "orders", 50055,
          "payments", 50056,
          "shipping", 50057,
          "simulator", 50061);

  private final Kubectl kubectl = new Kubectl(NAMESPACE);
  private final Map<String, Forward> forwards = new HashMap<>();
  private Signals signals;

  /** Whether tests are to run against a cluster, not against processes of their own. */
  public static boolean isWanted() {
    return "cluster".equals(System.getenv("EMPORION_TESTS"));
  }

  public Kubectl kubectl() {
    return kubectl;
  }

  /** Where a service listens, in its pods. */
  public static int port(String service) {
    return PORTS.get(service);
  }

  /** {@code host:port} of the gateway, the one that was given or one that leads there. */
  public String gateway() {
    return Optional.ofNullable(System.getenv("EMPORION_GATEWAY"))
        .filter(given -> !given.isBlank())
        .orElseGet(() -> "127.0.0.1:" + forward("service/gateway", 8080));
  }

  /** All that run, or are to, in the order in which they were made. */
  public List<Pod> pods() {
    return pods(NAMESPACE);
  }

  public List<Pod> pods(String namespace) {
    return new Kubectl(namespace)
        .run(
            "get",
            "pods",
            "--no-headers",
            "--output",
            Pod.COLUMNS,
            "--field-selector",
            "status.phase!=Succeeded,status.phase!=Failed")
        .lines()
        .filter(line -> !line.startsWith("No resources"))
        .map(Pod::parse)
        .sorted(Comparator.comparing(Pod::created).thenComparing(Pod::name))
        .toList();
  }

  /** Those of a Deployment or StatefulSet that are ready and stay. */
  public List<Pod> pods(String namespace, String workload) {
    return pods(namespace).stream()
        .filter(pod -> pod.isOf(workload) && pod.ready() && !pod.ending())
        .toList();
  }

  /** All with a sidecar that are ready and stay. */
  public List<Pod> sidecars() {
    return pods().stream().filter(pod -> pod.hasSidecar() && pod.ready() && !pod.ending()).toList();
  }

  public Pod pod(String name) {
    return pods().stream()
        .filter(pod -> pod.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no pod " + name));
  }

  /** The names of all Deployments whose pods have a sidecar, canaries' and the gateway's too. */
  public List<String> deploymentsInTheMesh() {
    List<Pod> sidecars = sidecars();
    return kubectl
        .run("get", "deployments", "--output", "name")
        .lines()
        .map(name -> name.substring(name.indexOf('/') + 1))
        .filter(name -> sidecars.stream().anyMatch(pod -> pod.isOf(name)))
        .toList();
  }

  /** What a Deployment's first container runs. */
  public String image(String deployment) {
    return image("deployment", deployment);
  }

  private String image(String kind, String name) {
    return kubectl.run(
        "get", kind, name, "--output", "jsonpath={.spec.template.spec.containers[0].image}");
  }

  /** Asks for a pod's end as who empties a node does; a disruption budget may refuse it. */
  public void evict(Pod pod) {
    kubectl.runWith(
        """
        {"apiVersion": "policy/v1", "kind": "Eviction",
         "metadata": {"name": "%s", "namespace": "%s"}}
        """
            .formatted(pod.name(), NAMESPACE),
        "create",
        "--raw",
        "/api/v1/namespaces/%s/pods/%s/eviction".formatted(NAMESPACE, pod.name()),
        "--filename",
        "-");
  }

  /** The last line of an audit of everything, which must find nothing. */
  public String audit() {
    String audit = Workspace.root().resolve("mesh/cluster/audit").toString();
    Command.Output output = Command.run(new ProcessBuilder(audit), AUDIT_LIMIT);
    String text = output.text().strip();
    if (output.code() != 0) {
      throw new AssertionError("the audit ended with " + output.code() + ":\n" + text);
    }
    return text.substring(text.lastIndexOf('\n') + 1);
  }

  /** A port of this machine that leads to one of a pod or of a service's. */
  public synchronized int forward(String target, int port) {
    return forward(kubectl, target, port);
  }

  public synchronized int forward(Kubectl where, String target, int port) {
    String key = where.namespace() + "/" + target + ":" + port;
    Forward forward = forwards.get(key);
    // It ends when what it leads to does.
    if (forward == null || !forward.isAlive()) {
      if (forward != null) {
        forward.close();
      }
      forward = new Forward(where, target, port);
      forwards.put(key, forward);
    }
    return forward.port();
  }

  public synchronized void signal(Pod pod, String container, String signal) {
    if (signals == null) {
      signals = new Signals(image("statefulset", "postgres"));
    }
    signals.send(pod, container, signal);
  }

  /** Runs so many of a Deployment, and waits until they are ready and all others are gone. */
  public void scale(String workload, int replicas) {
    scale(List.of(workload), replicas);
  }

  /** The same for several at once. */
  public void scale(List<String> workloads, int replicas) {
    List<String> words = new ArrayList<>(List.of("scale", "--replicas=" + replicas));
    workloads.forEach(workload -> words.add("deployment/" + workload));
    kubectl.run(words.toArray(String[]::new));
    within(
        READY_LIMIT,
        PAUSE,
        () -> {
          List<Pod> all = pods();
          for (String workload : workloads) {
            List<Pod> pods = all.stream().filter(pod -> pod.isOf(workload)).toList();
            if (pods.size() != replicas || pods.stream().anyMatch(pod -> !pod.ready())) {
              throw new AssertionError(workload + ": " + pods);
            }
          }
        });
  }

  /** One pod after the other, and waits until the last old one is gone. */
  public void restart(String workload) {
    kubectl.run("rollout", "restart", "deployment/" + workload);
    kubectl.run("rollout", "status", "deployment/" + workload, "--timeout=180s");
    awaitReady();
  }

  /** Until every pod is ready and none is on its way out. */
  public void awaitReady() {
    within(
        READY_LIMIT,
        PAUSE,
        () -> {
          List<Pod> pods = pods();
          if (pods.isEmpty() || pods.stream().anyMatch(pod -> !pod.ready() || pod.ending())) {
            throw new AssertionError("not ready: " + pods);
          }
        });
  }

  /** One entry of a secret, as text. */
  public String secret(String name, String key) {
    String encoded =
        kubectl.run(
            "get", "secret", name, "--output", "jsonpath={.data." + key.replace(".", "\\.") + "}");
    return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
  }

  @Override
  public synchronized void close() {
    forwards.values().forEach(Forward::close);
    forwards.clear();
    if (signals != null) {
      signals.close();
    }
  }
}
