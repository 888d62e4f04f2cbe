package dev.emporion.mesh.traffic;

import dev.emporion.mesh.istio.AuthorizationPolicy;
import dev.emporion.mesh.istio.AuthorizationPolicy.Rule;
import dev.emporion.mesh.istio.DestinationRule;
import dev.emporion.mesh.istio.HttpRoute;
import dev.emporion.mesh.istio.HttpRoute.Retries;
import dev.emporion.mesh.istio.IstioConfig;
import dev.emporion.mesh.istio.IstioKinds;
import dev.emporion.mesh.istio.OutlierDetection;
import dev.emporion.mesh.istio.Sidecar;
import dev.emporion.mesh.istio.StringMatch;
import dev.emporion.mesh.istio.TrafficPolicy;
import dev.emporion.mesh.istio.VirtualService;
import dev.emporion.mesh.yaml.Problems;
import dev.emporion.mesh.yaml.YamlParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code mesh/istio} says of an RPC. */
record Traffic(IstioConfig istio) {
  static final String GATEWAY = "gateway";

  private static final Path FOLDER = Path.of("..", "istio");
  private static final String PRINCIPAL = "cluster.local/ns/emporion/sa/";

  /**
   * A route by which an RPC goes.
   *
   * @param fromGateway or from a service
   */
  record Way(Rpc rpc, boolean fromGateway, HttpRoute route) {
    /** Beyond the first; where nothing is said, Istio's two. */
    int attempts() {
      return route.retries().map(Retries::attempts).orElse(2);
    }

    @Override
    public String toString() {
      return rpc.path() + " by " + route.where();
    }
  }

  /** Who may call what. */
  record Call(String caller, String service, String path) {}

  static Traffic ofTheRepository() throws IOException {
    var problems = new Problems();
    List<Path> files;
    try (Stream<Path> tree = Files.walk(FOLDER)) {
      files = tree.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
    var documents = Stream.<dev.emporion.mesh.istio.IstioKind>builder();
    for (Path file : files) {
      for (var document : new YamlParser(file.toString(), problems).parse(Files.readString(file))) {
        IstioKinds.ALL.read(document, problems).ifPresent(documents);
      }
    }
    if (!problems.isEmpty()) {
      throw new AssertionError(problems.sorted());
    }
    return new Traffic(new IstioConfig(null, documents.build().toList()));
  }

  /** The ways of an RPC, from the gateway and from services; the first rule that fits it is it. */
  List<Way> ways(Rpc rpc) {
    return Stream.of(true, false).flatMap(fromGateway -> way(rpc, fromGateway).stream()).toList();
  }

  private Optional<Way> way(Rpc rpc, boolean fromGateway) {
    return istio.virtualServices().stream()
        .filter(service -> fromGateway == isOfGateway(service))
        .filter(service -> fromGateway || service.hosts().contains(rpc.service()))
        .flatMap(service -> service.http().stream())
        .filter(route -> takes(route, rpc.path()))
        .findFirst()
        .map(route -> new Way(rpc, fromGateway, route));
  }

  private static boolean isOfGateway(VirtualService service) {
    return service.gateways().contains(GATEWAY);
  }

  private static boolean takes(HttpRoute route, String path) {
    return route.match().isEmpty()
        || route.match().stream()
            .filter(match -> match.port().isEmpty())
            .anyMatch(match -> match.uri().map(uri -> fits(uri, path)).orElse(true));
  }

  private static boolean fits(StringMatch uri, String path) {
    return switch (uri) {
      case StringMatch.Exact(String value) -> path.equals(value);
      case StringMatch.Prefix(String value) -> path.startsWith(value);
      case StringMatch.Regex(String value) -> path.matches(value);
      case StringMatch.Present() -> true;
    };
  }

  /** All that is let in, path by path. */
  Set<Call> allowed() {
    return istio.authorizationPolicies().stream()
        .filter(policy -> policy.action() == AuthorizationPolicy.Action.ALLOW)
        .filter(policy -> policy.selector().containsKey("app"))
        .flatMap(
            policy ->
                policy.rules().stream().flatMap(rule -> calls(policy.selector().get("app"), rule)))
        .collect(Collectors.toSet());
  }

  private static Stream<Call> calls(String service, Rule rule) {
    return rule.from().stream()
        .flatMap(source -> source.principals().stream())
        .map(principal -> principal.substring(PRINCIPAL.length()))
        .flatMap(
            caller ->
                rule.to().stream()
                    .flatMap(operation -> operation.paths().stream())
                    .map(path -> new Call(caller, service, path)));
  }

  /** Whom a service's sidecar knows. */
  Set<String> reach(String service) {
    return istio.sidecars().stream()
        .filter(sidecar -> service.equals(sidecar.workloadSelector().get("app")))
        .flatMap(sidecar -> sidecar.egressHosts().orElseThrow().stream())
        .map(Sidecar.EgressHost::host)
        .map(host -> host.substring(0, host.indexOf('.')))
        .collect(Collectors.toSet());
  }

  /** How many answers of an instance in a row have to say that it is gone, until it is left out. */
  int failuresUntilEjected(String service) {
    return istio.destinationRules().stream()
        .filter(rule -> rule.host().equals(service))
        .findFirst()
        .flatMap(DestinationRule::trafficPolicy)
        .flatMap(TrafficPolicy::outlierDetection)
        .flatMap(OutlierDetection::consecutiveGatewayErrors)
        .orElseThrow();
  }
}
