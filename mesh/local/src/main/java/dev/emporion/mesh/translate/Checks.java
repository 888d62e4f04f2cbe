package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.AuthorizationPolicy.Condition;
import dev.emporion.mesh.istio.DestinationRule;
import dev.emporion.mesh.istio.HttpRoute;
import dev.emporion.mesh.istio.HttpRoute.Destination;
import dev.emporion.mesh.istio.LoadBalancer;
import dev.emporion.mesh.istio.LoadBalancer.Simple;
import dev.emporion.mesh.istio.ServiceEntry;
import dev.emporion.mesh.istio.ServiceEntry.Resolution;
import dev.emporion.mesh.istio.TrafficPolicy;
import dev.emporion.mesh.istio.VirtualService;
import dev.emporion.mesh.model.Proxy;
import dev.emporion.mesh.yaml.Problems;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What can only be seen while translating, and what has no meaning on this machine. It is found
 * whether an Envoy would have met it or not: on a cluster a wrong name is silent until a call
 * fails.
 */
final class Checks {
  private final Mesh mesh;
  private final Problems problems;
  private final View anybody;

  Checks(Mesh mesh, Problems problems) {
    this.mesh = mesh;
    this.problems = problems;
    Proxy nobody =
        new Proxy("", Proxy.Kind.SIDECAR, "", "", Map.of(), "", Map.of(), Map.of(), Map.of());
    this.anybody = new View(mesh, nobody, EnvoyPatches.of(List.of(), Map.of()), problems);
  }

  void all() {
    mesh.config().virtualServices().forEach(this::virtualService);
    mesh.config().destinationRules().forEach(this::destinationRule);
    mesh.config().serviceEntries().forEach(this::serviceEntry);
    new JwtAuthn(anybody).check();
    mesh.config().authorizationPolicies().stream()
        .flatMap(policy -> policy.rules().stream())
        .flatMap(rule -> rule.when().stream())
        .forEach(this::condition);
  }

  /** Values of conditions are texts, whatever the attribute is. */
  private void condition(Condition condition) {
    String wanted =
        switch (condition.key()) {
          case "destination.port" -> "\\d{1,5}";
          case "destination.ip", "source.ip", "remote.ip" -> "[0-9a-fA-F.:]+(/\\d{1,3})?";
          default -> ".*";
        };
    Stream.concat(condition.values().stream(), condition.notValues().stream())
        .filter(value -> !value.matches(wanted))
        .forEach(value -> problems.add(condition.where(), value + " is no " + condition.key()));
  }

  private void virtualService(VirtualService service) {
    if (VirtualServices.inMesh(service, mesh.namespace())) {
      service.hosts().stream()
          .filter(host -> !host.startsWith("*") && mesh.host(host).isEmpty())
          .forEach(host -> problems.add(service.where(), "no service is called " + host));
    }
    service.http().stream()
        .flatMap(
            route ->
                Stream.concat(
                    route.route().stream().map(HttpRoute.RouteDestination::destination),
                    route.mirrors().stream().map(HttpRoute.Mirror::destination)))
        .forEach(this::destination);
  }

  /** A rule for some callers only may hold the subset, so any rule of the host will do here. */
  private void destination(Destination destination) {
    Optional<Host> host = mesh.host(destination.host());
    int usual =
        host.flatMap(known -> known.ports().stream().findFirst())
            .map(port -> port.port())
            .orElse(0);
    Targets.of(
        anybody,
        new Destination(
            destination.where(), destination.host(), Optional.empty(), destination.port()),
        usual);
    destination
        .subset()
        .filter(subset -> host.isPresent() && !hasSubset(host.get(), subset))
        .ifPresent(subset -> problems.add(destination.where(), "there is no subset " + subset));
  }

  private boolean hasSubset(Host host, String subset) {
    return mesh.config().destinationRules().stream()
        .filter(rule -> Names.hostMatches(mesh.fullName(rule.host()), host.name()))
        .flatMap(rule -> rule.subsets().stream())
        .anyMatch(made -> made.name().equals(subset));
  }

  private void destinationRule(DestinationRule rule) {
    String host = mesh.fullName(rule.host());
    boolean known = mesh.hosts().keySet().stream().anyMatch(name -> Names.hostMatches(host, name));
    if (!known) {
      problems.add(rule.where(), "no service is called " + rule.host());
    }
    Stream.concat(
            rule.trafficPolicy().stream(),
            rule.subsets().stream().flatMap(subset -> subset.trafficPolicy().stream()))
        .flatMap(Checks::balancers)
        .filter(balancer -> balancer.simple().equals(Optional.of(Simple.PASSTHROUGH)))
        .forEach(
            balancer ->
                problems.add(
                    balancer.where(),
                    "PASSTHROUGH has no meaning here: calls are not intercepted"));
  }

  private static Stream<LoadBalancer> balancers(TrafficPolicy policy) {
    return Stream.concat(
        policy.loadBalancer().stream(),
        policy.portLevelSettings().stream().flatMap(port -> port.loadBalancer().stream()));
  }

  private void serviceEntry(ServiceEntry entry) {
    if (entry.resolution() == Resolution.NONE) {
      problems.add(
          entry.where(),
          "resolution NONE has no meaning here: calls are not intercepted; say DNS or STATIC");
    }
    entry.hosts().stream()
        .filter(host -> host.startsWith("*"))
        .forEach(host -> problems.add(entry.where(), "give the whole name of the host " + host));
  }
}
