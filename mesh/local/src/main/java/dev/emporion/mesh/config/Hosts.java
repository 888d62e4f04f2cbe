package dev.emporion.mesh.config;

import dev.emporion.mesh.istio.DestinationRule;
import dev.emporion.mesh.istio.HttpRoute;
import dev.emporion.mesh.istio.HttpRoute.Destination;
import dev.emporion.mesh.istio.ServiceEntry;
import dev.emporion.mesh.istio.Sidecar;
import dev.emporion.mesh.istio.VirtualService;
import dev.emporion.mesh.manifest.ServiceManifest;
import dev.emporion.mesh.yaml.Meta;
import dev.emporion.mesh.yaml.Problems;
import dev.emporion.mesh.yaml.Similar;
import dev.emporion.mesh.yaml.Where;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Services, subsets and ports that rules name must be there, and be ruled once. */
final class Hosts {
  private static final String MESH = "mesh";
  private static final List<String> SUFFIXES =
      List.of(
          "." + Meta.NAMESPACE + ".svc.cluster.local",
          "." + Meta.NAMESPACE + ".svc",
          "." + Meta.NAMESPACE);

  private final Config config;
  private final Problems problems;
  private final Map<String, Set<Integer>> portsByHost = new TreeMap<>();

  Hosts(Config config, Problems problems) {
    this.config = config;
    this.problems = problems;
    for (ServiceManifest service : config.services()) {
      portsByHost.put(
          service.name(),
          service.ports().stream().map(ServiceManifest.Port::port).collect(Collectors.toSet()));
    }
    for (ServiceEntry entry : config.istio().serviceEntries()) {
      Set<Integer> ports =
          entry.ports().stream().map(ServiceEntry.Port::number).collect(Collectors.toSet());
      entry.hosts().forEach(host -> portsByHost.put(host, ports));
    }
  }

  void check() {
    config.istio().destinationRules().forEach(rule -> mustExist(rule.where(), rule.host()));
    config.istio().virtualServices().forEach(this::checkVirtualService);
    config.istio().sidecars().forEach(this::checkEgress);
    checkRuledOnce();
  }

  private void checkVirtualService(VirtualService service) {
    Set<String> gateways = new TreeSet<>(Set.of(MESH));
    config.istio().gateways().forEach(gateway -> gateways.add(gateway.name()));
    Stream.concat(
            service.gateways().stream(),
            service.http().stream()
                .flatMap(route -> route.match().stream())
                .flatMap(match -> match.gateways().stream()))
        .distinct()
        .forEach(gateway -> checkGateway(service, gateway, gateways));
    if (isForMesh(service)) {
      service.hosts().forEach(host -> mustExist(service.where(), host));
    }
    service.http().stream().flatMap(Hosts::destinations).forEach(this::checkDestination);
  }

  private void checkGateway(VirtualService service, String gateway, Set<String> known) {
    String prefix = Meta.NAMESPACE + "/";
    String name = gateway.startsWith(prefix) ? gateway.substring(prefix.length()) : gateway;
    if (!known.contains(name)) {
      problems.add(service.where(), "there is no Gateway " + gateway + Similar.hint(name, known));
    }
  }

  private static boolean isForMesh(VirtualService service) {
    return service.gateways().isEmpty() || service.gateways().contains(MESH);
  }

  private static Stream<Destination> destinations(HttpRoute route) {
    return Stream.concat(
        route.route().stream().map(HttpRoute.RouteDestination::destination),
        route.mirrors().stream().map(HttpRoute.Mirror::destination));
  }

  private void checkDestination(Destination destination) {
    if (!mustExist(destination.where(), destination.host())) {
      return;
    }
    String host = shortName(destination.host());
    Set<Integer> ports = portsByHost.get(host);
    if (ports == null) {
      return;
    }
    if (destination.port().isEmpty() && ports.size() > 1) {
      problems.add(destination.where(), host + " has several ports: name one of " + sorted(ports));
    } else if (destination.port().isPresent() && !ports.contains(destination.port().get())) {
      problems.add(
          destination.where(),
          "%s has no port %s, but %s".formatted(host, destination.port().get(), sorted(ports)));
    }
    destination.subset().ifPresent(subset -> checkSubset(destination, host, subset));
  }

  private void checkSubset(Destination destination, String host, String subset) {
    Set<String> known =
        config.istio().destinationRules().stream()
            .filter(rule -> shortName(rule.host()).equals(host))
            .flatMap(rule -> rule.subsets().stream())
            .map(DestinationRule.Subset::name)
            .collect(Collectors.toSet());
    if (!known.contains(subset)) {
      problems.add(
          destination.where(),
          "no DestinationRule gives %s a subset %s%s"
              .formatted(host, subset, Similar.hint(subset, known)));
    }
  }

  private void checkEgress(Sidecar sidecar) {
    sidecar.egressHosts().stream()
        .flatMap(List::stream)
        .filter(host -> Set.of(".", Meta.NAMESPACE).contains(host.namespace()))
        .forEach(host -> mustExist(host.where(), host.host()));
  }

  /** Istio takes one of two, by age, and is silent about the other. */
  private void checkRuledOnce() {
    Map<String, Where> seen = new HashMap<>();
    for (VirtualService service : config.istio().virtualServices()) {
      if (isForMesh(service)) {
        service.hosts().forEach(host -> once(seen, "VirtualService", host, service.where()));
      }
    }
    for (DestinationRule rule : config.istio().destinationRules()) {
      if (rule.trafficPolicy().isPresent() && rule.workloadSelector().isEmpty()) {
        once(seen, "trafficPolicy", rule.host(), rule.where());
      }
    }
  }

  private void once(Map<String, Where> seen, String what, String host, Where where) {
    Where first = seen.putIfAbsent(what + " " + shortName(host), where);
    if (first != null) {
      problems.add(
          where, "%s already has a %s in %s; Istio would drop one".formatted(host, what, first));
    }
  }

  private boolean mustExist(Where where, String host) {
    if (host.startsWith("*") || portsByHost.containsKey(shortName(host))) {
      return true;
    }
    problems.add(
        where, "there is no service " + host + Similar.hint(shortName(host), portsByHost.keySet()));
    return false;
  }

  private static Set<Integer> sorted(Set<Integer> ports) {
    return new TreeSet<>(ports);
  }

  /** {@code orders.emporion.svc.cluster.local} and its shorter forms as {@code orders}. */
  private static String shortName(String host) {
    return SUFFIXES.stream()
        .filter(host::endsWith)
        .findFirst()
        .map(suffix -> host.substring(0, host.length() - suffix.length()))
        .orElse(host);
  }
}
