package dev.emporion.testing.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Signals to the processes of containers, from pods that see all processes of their node: the first
 * process of a container cannot be killed from within.
 */
final class Signals implements AutoCloseable {
  private static final String NAMESPACE = "emporion-tests";

  /** The shell's own words alone: the image need not hold grep. */
  private static final String SCRIPT =
      """
      sent=0
      for process in /proc/[0-9]*; do
        while read -r line; do
          case $line in *%s*) kill -%s "${process#/proc/}" && sent=1; break ;; esac
        done <"$process/cgroup"
      done 2>/dev/null
      [ $sent = 1 ]
      """;

  private final Kubectl kubectl = new Kubectl(NAMESPACE);

  /**
   * @param image any that has a shell
   */
  Signals(String image) {
    try (InputStream yaml = Signals.class.getResourceAsStream("/signals.yaml")) {
      String text = new String(yaml.readAllBytes(), StandardCharsets.UTF_8);
      kubectl.runWith(text.replace("IMAGE", image), "apply", "--filename", "-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    kubectl.run("rollout", "status", "daemonset/signals", "--timeout=60s");
  }

  /**
   * @param signal such as {@code KILL}
   */
  void send(Pod pod, String container, String signal) {
    String id = pod.containers().get(container).replaceFirst("^.*//", "");
    String sender =
        kubectl.run(
            "get", "pods", "--field-selector", "spec.nodeName=" + pod.node(), "--output", "name");
    kubectl.run("exec", sender, "--", "sh", "-c", SCRIPT.formatted(id, signal));
  }

  @Override
  public void close() {
    kubectl.run("delete", "namespace", NAMESPACE, "--wait=false");
  }
}
