package dev.emporion.testing.cluster;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A pod as the cluster showed it.
 *
 * @param containers ids by name, those of sidecars too
 * @param ready whether it is balanced to
 * @param ending whether it was told to end
 */
public record Pod(
    String name,
    String address,
    String node,
    String created,
    boolean ready,
    boolean ending,
    Map<String, String> containers) {

  static final String COLUMNS =
      "custom-columns=NAME:.metadata.name,IP:.status.podIP,NODE:.spec.nodeName"
          + ",CREATED:.metadata.creationTimestamp"
          + ",READY:.status.conditions[?(@.type==\"Ready\")].status"
          + ",ENDING:.metadata.deletionTimestamp"
          + ",NAMES:.status.containerStatuses[*].name"
          + ",IDS:.status.containerStatuses[*].containerID"
          + ",INITS:.status.initContainerStatuses[*].name"
          + ",INIT_IDS:.status.initContainerStatuses[*].containerID";

  private static final String NONE = "<none>";
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  static Pod parse(String line) {
    String[] columns = BLANKS.split(line);
    Map<String, String> containers = new LinkedHashMap<>();
    put(containers, columns[6], columns[7]);
    put(containers, columns[8], columns[9]);
    return new Pod(
        columns[0],
        columns[1],
        columns[2],
        columns[3],
        columns[4].equals("True"),
        !columns[5].equals(NONE),
        containers);
  }

  private static void put(Map<String, String> containers, String names, String ids) {
    if (names.equals(NONE) || ids.equals(NONE)) {
      return;
    }
    List<String> all = List.of(ids.split(","));
    List<String> named = List.of(names.split(","));
    for (int i = 0; i < Math.min(all.size(), named.size()); i++) {
      containers.put(named.get(i), all.get(i));
    }
  }

  /** Whether it is one of this Deployment or StatefulSet; its own name ends in what they add. */
  boolean isOf(String workload) {
    // Letters and digits that Kubernetes takes for names it makes: no vowels.
    return name.matches(
        Pattern.quote(workload)
            + "-([0-9]+|[bcdfghjklmnpqrstvwxz2456789]{5,10}-[bcdfghjklmnpqrstvwxz2456789]{5})");
  }

  /** Whose it is, as its first container is called too; a canary is its service's. */
  public String service() {
    return name.substring(0, name.indexOf('-'));
  }

  boolean hasSidecar() {
    return containers.containsKey("istio-proxy");
  }
}
