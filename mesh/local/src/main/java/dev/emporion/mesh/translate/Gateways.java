package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.Gateway;
import dev.emporion.mesh.istio.Gateway.Mode;
import dev.emporion.mesh.istio.Gateway.Protocol;
import dev.emporion.mesh.istio.Gateway.Server;
import dev.emporion.mesh.istio.Gateway.ServerTls;
import dev.emporion.mesh.istio.Gateway.TlsVersion;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.ForwardClientCertDetails;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters.TlsProtocol;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The listeners of a gateway's Envoy: one for each port of the Gateways that select it. */
final class Gateways {
  private static final String TLS_INSPECTOR = "envoy.filters.listener.tls_inspector";

  private final View view;
  private final Targets targets;
  private final Observability observability;

  Gateways(View view, Targets targets) {
    this.view = view;
    this.targets = targets;
    this.observability = new Observability(view, Side.GATEWAY);
  }

  /** A server, and the name of the Gateway that it is of. */
  record Bound(String gateway, Server server) {
    boolean tls() {
      return server.port().protocol() == Protocol.HTTPS;
    }
  }

  static String name(int port) {
    return "gateway|" + port;
  }

  /** Names of Gateways may be written with their namespace. */
  static String ownName(String name, String namespace) {
    return name.startsWith(namespace + "/") ? name.substring(namespace.length() + 1) : name;
  }

  /** Adds listeners to one list and their routes to the other. */
  void addTo(List<Listener> listeners, List<RouteConfiguration> routes) {
    servers()
        .forEach(
            (port, servers) -> {
              view.patches()
                  .listener(Side.GATEWAY, "0.0.0.0_" + port, port, listener(port, servers))
                  .ifPresent(listeners::add);
              routes.addAll(new GatewayRoutes(view, targets).of(port, servers));
            });
  }

  /** By port, of those ports that this Envoy has. */
  private Map<Integer, List<Bound>> servers() {
    Map<Integer, List<Bound>> servers = new TreeMap<>();
    for (Gateway gateway : view.mesh().config().gateways()) {
      if (Names.selects(gateway.selector(), view.proxy().labels())) {
        gateway.servers().stream()
            .filter(server -> view.proxy().gateway().containsKey(server.port().number()))
            .map(server -> new Bound(gateway.name(), server))
            .forEach(bound -> add(servers, bound));
      }
    }
    return servers;
  }

  private static void add(Map<Integer, List<Bound>> servers, Bound bound) {
    servers.merge(
        bound.server().port().number(),
        List.of(bound),
        (some, more) -> Stream.concat(some.stream(), more.stream()).toList());
  }

  private Listener listener(int port, List<Bound> servers) {
    Listener.Builder listener =
        Listener.newBuilder()
            .setName(name(port))
            .setAddress(Protos.address(view.proxy().gateway().get(port)))
            .setTrafficDirection(TrafficDirection.OUTBOUND)
            .addAllAccessLog(observability.listenerLogs());
    if (servers.stream().anyMatch(Bound::tls)) {
      servers.stream().filter(Bound::tls).forEach(bound -> listener.addFilterChains(https(bound)));
      listener.addListenerFilters(tlsInspector());
    } else {
      listener.addFilterChains(FilterChain.newBuilder().addFilters(http(port, name(port))));
    }
    return listener.build();
  }

  private FilterChain https(Bound bound) {
    List<String> hosts = bound.server().hosts().stream().map(Gateways::withoutNamespace).toList();
    FilterChain.Builder chain = FilterChain.newBuilder();
    if (!hosts.contains("*")) {
      chain.setFilterChainMatch(FilterChainMatch.newBuilder().addAllServerNames(hosts));
    }
    bound.server().tls().ifPresent(tls -> chain.setTransportSocket(Tls.tls(context(tls))));
    int port = bound.server().port().number();
    return chain.addFilters(http(port, GatewayRoutes.httpsName(bound))).build();
  }

  static String withoutNamespace(String host) {
    return host.substring(host.indexOf('/') + 1);
  }

  private static DownstreamTlsContext context(ServerTls tls) {
    CommonTlsContext.Builder common =
        CommonTlsContext.newBuilder()
            .addAllAlpnProtocols(List.of("h2", "http/1.1"))
            .setTlsParams(parameters(tls));
    tls.credentialName().map(Tls::secret).ifPresent(common::addTlsCertificateSdsSecretConfigs);
    boolean mutual = tls.mode().equals(Optional.of(Mode.MUTUAL));
    if (mutual) {
      tls.credentialName()
          .map(name -> Tls.secret(name + "-cacert"))
          .ifPresent(common::setValidationContextSdsSecretConfig);
    }
    return DownstreamTlsContext.newBuilder()
        .setCommonTlsContext(common)
        .setRequireClientCertificate(mutual ? Protos.TRUE : Protos.FALSE)
        .build();
  }

  private static TlsParameters parameters(ServerTls tls) {
    TlsParameters.Builder parameters =
        TlsParameters.newBuilder().addAllCipherSuites(tls.cipherSuites());
    tls.minProtocolVersion()
        .map(Gateways::version)
        .ifPresent(parameters::setTlsMinimumProtocolVersion);
    tls.maxProtocolVersion()
        .map(Gateways::version)
        .ifPresent(parameters::setTlsMaximumProtocolVersion);
    return parameters.build();
  }

  private static TlsProtocol version(TlsVersion version) {
    return switch (version) {
      case TLS_AUTO -> TlsProtocol.TLS_AUTO;
      case TLSV1_0 -> TlsProtocol.TLSv1_0;
      case TLSV1_1 -> TlsProtocol.TLSv1_1;
      case TLSV1_2 -> TlsProtocol.TLSv1_2;
      case TLSV1_3 -> TlsProtocol.TLSv1_3;
    };
  }

  private Filter http(int port, String routes) {
    HttpConnectionManager.Builder manager =
        ConnectionManagers.of("gateway_" + port, new Authorization(view).httpFilters(port))
            .setServerName("istio-envoy")
            .setUseRemoteAddress(Protos.TRUE)
            .setForwardClientCertDetails(ForwardClientCertDetails.SANITIZE_SET)
            .setSetCurrentClientCertDetails(ConnectionManagers.caller().setCert(true))
            .setRds(ConnectionManagers.routes(routes));
    observability.addTo(manager);
    return ConnectionManagers.filter(manager.build());
  }

  private static ListenerFilter tlsInspector() {
    return ListenerFilter.newBuilder()
        .setName(TLS_INSPECTOR)
        .setTypedConfig(Protos.any(TlsInspector.getDefaultInstance()))
        .build();
  }
}
