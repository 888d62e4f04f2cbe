package dev.emporion.mesh.translate;

import java.util.Comparator;
import java.util.Optional;

/** A cluster that some route of an Envoy leads to. */
record Target(Host host, int port, Optional<String> subset) implements Comparable<Target> {
  private static final Comparator<Target> BY_NAME = Comparator.comparing(Target::cluster);

  String cluster() {
    return Names.outboundCluster(host.name(), port, subset);
  }

  @Override
  public int compareTo(Target other) {
    return BY_NAME.compare(this, other);
  }
}
