package dev.emporion.mesh.config;

import dev.emporion.mesh.istio.AuthorizationPolicy;
import dev.emporion.mesh.istio.DestinationRule;
import dev.emporion.mesh.istio.EnvoyFilter;
import dev.emporion.mesh.istio.Gateway;
import dev.emporion.mesh.istio.IstioConfig;
import dev.emporion.mesh.istio.IstioKind;
import dev.emporion.mesh.istio.MeshConfig;
import dev.emporion.mesh.istio.PeerAuthentication;
import dev.emporion.mesh.istio.RequestAuthentication;
import dev.emporion.mesh.istio.ServiceEntry;
import dev.emporion.mesh.istio.Sidecar;
import dev.emporion.mesh.istio.Telemetry;
import dev.emporion.mesh.istio.VirtualService;
import dev.emporion.mesh.manifest.Workload;
import dev.emporion.mesh.yaml.Problems;
import dev.emporion.mesh.yaml.Similar;
import dev.emporion.mesh.yaml.Where;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What Istio's documents name must be there. A cluster would not say a word: a policy for a
 * misspelt label protects nothing.
 */
final class References {
  private static final String PRINCIPALS = "cluster.local/ns/emporion/sa/";

  /** A provider that every mesh has: the standard output. */
  private static final String BUILT_IN_PROVIDER = "envoy";

  private final Config config;
  private final IstioConfig istio;
  private final Set<String> serviceAccounts;
  private final Problems problems;

  References(Config config, Set<String> serviceAccounts, Problems problems) {
    this.config = config;
    this.istio = config.istio();
    this.serviceAccounts = serviceAccounts;
    this.problems = problems;
  }

  void check() {
    Names.mustBeUnique(
        istio.documents(),
        document -> document.getClass().getSimpleName(),
        IstioKind::name,
        IstioKind::where,
        problems);
    istio.documents().forEach(this::checkSelector);
    istio.authorizationPolicies().forEach(this::checkPrincipals);
    checkProviders();
    new Hosts(config, problems).check();
  }

  private void checkSelector(IstioKind document) {
    Map<String, String> selector = selector(document);
    if (!selector.isEmpty() && config.workloads().stream().noneMatch(has(selector))) {
      problems.add(document.where(), "no workload has the labels " + selector);
    }
  }

  private static Predicate<Workload> has(Map<String, String> selector) {
    return workload -> workload.labels().entrySet().containsAll(selector.entrySet());
  }

  private static Map<String, String> selector(IstioKind document) {
    return switch (document) {
      case AuthorizationPolicy policy -> policy.selector();
      case DestinationRule rule -> rule.workloadSelector();
      case EnvoyFilter filter -> filter.workloadSelector();
      case Gateway gateway -> gateway.selector();
      case PeerAuthentication policy -> policy.selector();
      case RequestAuthentication policy -> policy.selector();
      case Sidecar sidecar -> sidecar.workloadSelector();
      case Telemetry telemetry -> telemetry.selector();
      case ServiceEntry _, VirtualService _ -> Map.of();
    };
  }

  private void checkPrincipals(AuthorizationPolicy policy) {
    policy.rules().stream()
        .flatMap(rule -> rule.from().stream())
        .forEach(
            source ->
                Stream.of(source.principals(), source.notPrincipals())
                    .flatMap(List::stream)
                    .forEach(principal -> checkPrincipal(source.where(), principal)));
  }

  private void checkPrincipal(Where where, String principal) {
    if (principal.startsWith(PRINCIPALS) && !principal.endsWith("*")) {
      String account = principal.substring(PRINCIPALS.length());
      mustBeKnown(where, "ServiceAccount", account, serviceAccounts);
    }
  }

  private void checkProviders() {
    MeshConfig mesh = istio.meshConfig();
    Set<String> known =
        mesh.extensionProviders().stream()
            .map(MeshConfig.ExtensionProvider::name)
            .collect(Collectors.toSet());
    known.add(BUILT_IN_PROVIDER);
    checkProviders(mesh.where(), mesh.defaultProviders().accessLogging(), known);
    checkProviders(mesh.where(), mesh.defaultProviders().tracing(), known);
    for (Telemetry telemetry : istio.telemetries()) {
      telemetry
          .accessLogging()
          .forEach(logging -> checkProviders(logging.where(), logging.providers(), known));
      telemetry
          .tracing()
          .forEach(tracing -> checkProviders(tracing.where(), tracing.providers(), known));
    }
  }

  private void checkProviders(Where where, List<String> providers, Set<String> known) {
    providers.forEach(
        provider -> mustBeKnown(where, "provider in the mesh's configuration", provider, known));
  }

  private void mustBeKnown(Where where, String what, String name, Collection<String> known) {
    if (!known.contains(name)) {
      problems.add(where, "there is no %s %s%s".formatted(what, name, Similar.hint(name, known)));
    }
  }
}
