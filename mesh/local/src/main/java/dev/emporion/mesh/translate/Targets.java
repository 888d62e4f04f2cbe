package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.HttpRoute.Destination;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The clusters that one Envoy's routes lead to. It is told of no others: that is what keeps it
 * small.
 */
final class Targets {
  private final View view;
  private final SortedSet<Target> found = new TreeSet<>();

  Targets(View view) {
    this.view = view;
  }

  List<Target> all() {
    return List.copyOf(found);
  }

  Target add(Host host, int port) {
    return add(new Target(host, port, Optional.empty()));
  }

  private Target add(Target target) {
    found.add(target);
    return target;
  }

  /** Empty, and a problem, if there is no such host, port or subset. */
  Optional<Target> add(Destination destination, int listenerPort) {
    return of(view, destination, listenerPort).map(this::add);
  }

  /** A port that is not said is the only one there is, else the one that was called. */
  static Optional<Target> of(View view, Destination destination, int listenerPort) {
    Optional<Host> host = view.mesh().host(destination.host());
    if (host.isEmpty()) {
      view.problems().add(destination.where(), "no service is called " + destination.host());
      return Optional.empty();
    }
    int port = destination.port().orElseGet(() -> onlyPort(host.get(), listenerPort));
    if (host.get().port(port).isEmpty()) {
      view.problems().add(destination.where(), destination.host() + " has no port " + port);
      return Optional.empty();
    }
    return Optional.of(new Target(host.get(), port, destination.subset()))
        .filter(target -> subsetExists(view, destination, target));
  }

  private static boolean subsetExists(View view, Destination destination, Target target) {
    boolean exists =
        target.subset().map(name -> rules(view, target).subset(name).isPresent()).orElse(true);
    if (!exists) {
      String what = "no DestinationRule of %s has a subset %s";
      view.problems()
          .add(
              destination.where(),
              what.formatted(destination.host(), destination.subset().orElseThrow()));
    }
    return exists;
  }

  private static DestinationRules rules(View view, Target target) {
    return DestinationRules.of(view.mesh(), target.host(), view.proxy().labels());
  }

  private static int onlyPort(Host host, int otherwise) {
    return host.ports().size() == 1 ? host.ports().getFirst().port() : otherwise;
  }
}
