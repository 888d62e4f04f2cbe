package dev.emporion.mesh.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.emporion.mesh.istio.IstioConfig;
import dev.emporion.mesh.istio.IstioKind;
import dev.emporion.mesh.istio.IstioKinds;
import dev.emporion.mesh.istio.MeshConfig;
import dev.emporion.mesh.istio.MeshConfigReader;
import dev.emporion.mesh.model.Address;
import dev.emporion.mesh.model.Proxy;
import dev.emporion.mesh.model.Proxy.Inbound;
import dev.emporion.mesh.model.Proxy.ServicePort;
import dev.emporion.mesh.model.Registry;
import dev.emporion.mesh.model.Registry.Instance;
import dev.emporion.mesh.model.Registry.Port;
import dev.emporion.mesh.model.Registry.Protocol;
import dev.emporion.mesh.model.Registry.Service;
import dev.emporion.mesh.model.Resources;
import dev.emporion.mesh.yaml.Problem;
import dev.emporion.mesh.yaml.Problems;
import dev.emporion.mesh.yaml.Reading;
import dev.emporion.mesh.yaml.Where;
import dev.emporion.mesh.yaml.YamlParser;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A small mesh under some YAML: orders calls carts and the plain-HTTP shelf; carts has two
 * instances, one of them v2 in another zone; the simulator has no sidecar; a gateway before them.
 */
final class World {
  static final String NAMESPACE = "emporion";
  private static final String CARTS = "carts.emporion.svc.cluster.local";

  private final List<IstioKind> documents = new ArrayList<>();
  private MeshConfig mesh = MeshConfigReader.nothingSaid(new Where("mesh.yaml", 1, ""));
  private String zone = "a";

  static World of(String... yaml) {
    return new World().with(yaml);
  }

  World with(String... yaml) {
    for (String document : yaml) {
      Problems problems = new Problems();
      new YamlParser("test.yaml", problems)
          .parse(document).stream()
              .flatMap(read -> IstioKinds.ALL.read(read, problems).stream())
              .forEach(documents::add);
      assertThat(problems.sorted()).as("problems of reading").isEmpty();
    }
    return this;
  }

  World meshConfig(String yaml) {
    Problems problems = new Problems();
    mesh =
        Reading.read(
            new YamlParser("mesh.yaml", problems).parse(yaml).getFirst(),
            problems,
            MeshConfigReader::read);
    assertThat(problems.sorted()).as("problems of reading").isEmpty();
    return this;
  }

  /** Where orders and the gateway are. */
  World callersIn(String place) {
    zone = place;
    return this;
  }

  static Registry registry() {
    return new Registry(
        NAMESPACE,
        List.of(
            service(
                "orders", 50055, Protocol.GRPC, List.of(instance("orders", 0, "v1", "a", 50055))),
            service(
                "carts",
                50053,
                Protocol.GRPC,
                List.of(
                    instance("carts", 0, "v1", "a", 50053),
                    instance("carts", 1, "v2", "b", 50053),
                    unready(instance("carts", 2, "v1", "a", 50053)))),
            service("shelf", 8000, Protocol.HTTP, List.of(instance("shelf", 0, "v1", "a", 8000))),
            service("queue", 5672, Protocol.TCP, List.of(instance("queue", 0, "v1", "a", 5672))),
            service("simulator", 50061, Protocol.GRPC, List.of(outside()))));
  }

  private static Service service(
      String name, int port, Protocol protocol, List<Instance> instances) {
    return new Service(name, List.of(new Port("port", port, port, protocol)), instances);
  }

  private static Instance instance(String app, int number, String version, String zone, int port) {
    return new Instance(
        app + "-" + number,
        app,
        Map.of("app", app, "version", version),
        zone,
        Map.of(port, new Address("127.9.1." + (number + 1), port)),
        true,
        true);
  }

  private static Instance unready(Instance instance) {
    return new Instance(
        instance.id(),
        instance.serviceAccount(),
        instance.labels(),
        instance.zone(),
        instance.addresses(),
        true,
        false);
  }

  private static Instance outside() {
    return new Instance(
        "simulator-0",
        "simulator",
        Map.of("app", "simulator"),
        "a",
        Map.of(50061, new Address("127.0.0.1", 50061)),
        false,
        true);
  }

  Proxy orders() {
    return new Proxy(
        "orders-0",
        Proxy.Kind.SIDECAR,
        "orders",
        "orders",
        Map.of("app", "orders", "version", "v1"),
        zone,
        Map.of(
            50055, new Inbound(new Address("127.9.1.1", 50055), new Address("127.9.1.1", 60055))),
        Map.of(
            new ServicePort("carts", 50053), new Address("127.9.1.1", 15001),
            new ServicePort("shelf", 8000), new Address("127.9.1.1", 15002),
            new ServicePort("queue", 5672), new Address("127.9.1.1", 15003),
            new ServicePort("simulator", 50061), new Address("127.9.1.1", 15004)),
        Map.of());
  }

  Proxy serving(String app, int port) {
    return new Proxy(
        app + "-0",
        Proxy.Kind.SIDECAR,
        app,
        app,
        Map.of("app", app, "version", "v1"),
        "a",
        Map.of(port, new Inbound(new Address("127.9.1.1", port), new Address("127.9.1.1", 60000))),
        Map.of(),
        Map.of());
  }

  Proxy gateway() {
    return new Proxy(
        "gateway-0",
        Proxy.Kind.GATEWAY,
        "gateway",
        "gateway",
        Map.of("istio", "gateway"),
        zone,
        Map.of(),
        Map.of(),
        Map.of(
            8080, new Address("127.0.0.1", 18080),
            8443, new Address("127.0.0.1", 18443)));
  }

  IstioConfig config() {
    return new IstioConfig(mesh, documents);
  }

  Translation translation() {
    return Translation.of(config(), registry());
  }

  List<String> problems() {
    return translation().problems().stream().map(Problem::toString).toList();
  }

  Resources resources(Proxy proxy) {
    Translation translation = translation();
    assertThat(translation.problems()).as("problems of translating").isEmpty();
    return translation.resources(proxy);
  }

  Resources ofOrders() {
    return resources(orders());
  }

  /** The routes by which orders calls carts. */
  List<Route> routesToCarts() {
    return routes("outbound|carts:50053");
  }

  List<Route> routes(String name) {
    return ofOrders().routes().stream()
        .filter(routes -> routes.getName().equals(name))
        .map(RouteConfiguration::getVirtualHostsList)
        .flatMap(hosts -> hosts.getFirst().getRoutesList().stream())
        .toList();
  }

  Route routeToCarts() {
    return routesToCarts().getFirst();
  }

  Cluster cluster(String name) {
    return ofOrders().clusters().stream()
        .filter(cluster -> cluster.getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no cluster " + name + " in " + clusterNames()));
  }

  List<String> clusterNames() {
    return ofOrders().clusters().stream().map(Cluster::getName).toList();
  }

  Cluster carts() {
    return cluster("outbound|50053||" + CARTS);
  }

  ClusterLoadAssignment endpointsOfCarts(String subset) {
    return ofOrders().endpoints().stream()
        .filter(
            endpoints ->
                endpoints.getClusterName().equals("outbound|50053|" + subset + "|" + CARTS))
        .findFirst()
        .orElseThrow();
  }

  static Listener listener(Resources resources, String name) {
    return resources.listeners().stream()
        .filter(listener -> listener.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  static HttpConnectionManager manager(Listener listener) {
    return manager(listener, 0);
  }

  static HttpConnectionManager manager(Listener listener, int chain) {
    try {
      return listener
          .getFilterChains(chain)
          .getFiltersList()
          .getLast()
          .getTypedConfig()
          .unpack(HttpConnectionManager.class);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  static List<String> filterNames(HttpConnectionManager manager) {
    return manager.getHttpFiltersList().stream().map(HttpFilter::getName).toList();
  }
}
