package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.PeerAuthentication.Mode;
import dev.emporion.mesh.model.Proxy.Inbound;
import dev.emporion.mesh.model.Registry.Protocol;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.ForwardClientCertDetails;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Where a sidecar takes calls: mutual TLS, then who may call what, then on to the program. */
final class InboundListeners {
  /** What a sidecar offers before TLS, and no other client does. */
  private static final List<String> MESH =
      List.of("istio", "istio-peer-exchange", "istio-http/1.0", "istio-http/1.1", "istio-h2");

  private static final List<String> CIPHERS =
      List.of(
          "ECDHE-ECDSA-AES256-GCM-SHA384",
          "ECDHE-RSA-AES256-GCM-SHA384",
          "ECDHE-ECDSA-AES128-GCM-SHA256",
          "ECDHE-RSA-AES128-GCM-SHA256",
          "AES256-GCM-SHA384",
          "AES128-GCM-SHA256");

  private static final StringMatcher OURS =
      StringMatcher.newBuilder().setPrefix("spiffe://cluster.local/").build();

  private final View view;
  private final Authorization authorization;
  private final Observability observability;

  InboundListeners(View view) {
    this.view = view;
    this.authorization = new Authorization(view);
    this.observability = new Observability(view, Side.INBOUND);
  }

  static String name(int port) {
    return "inbound|" + port;
  }

  List<Listener> all() {
    return view.proxy().inbound().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .flatMap(entry -> patched(entry.getKey(), listener(entry.getKey(), entry.getValue())))
        .toList();
  }

  private Stream<Listener> patched(int port, Listener listener) {
    return view.patches().listener(Side.INBOUND, "virtualInbound", port, listener).stream();
  }

  private Listener listener(int port, Inbound inbound) {
    Mode mode = MutualTls.of(view.mesh(), view.proxy().labels(), port);
    Listener.Builder listener =
        Listener.newBuilder()
            .setName(name(port))
            .setAddress(Protos.address(inbound.listen()))
            .setTrafficDirection(TrafficDirection.INBOUND)
            .addAllFilterChains(chains(port, mode))
            .addAllAccessLog(observability.listenerLogs());
    if (mode == Mode.PERMISSIVE) {
      listener.addListenerFilters(tlsInspector());
    }
    return listener.build();
  }

  /**
   * Where only mutual TLS is taken, plain bytes fail in the handshake: no inspector is needed to
   * turn them away.
   */
  private List<FilterChain> chains(int port, Mode mode) {
    List<Filter> filters = filters(port);
    return switch (mode) {
      case STRICT -> List.of(chain(port, filters).setTransportSocket(mutualTls(port)).build());
      case DISABLE -> List.of(chain(port, filters).build());
      case PERMISSIVE, UNSET -> permissive(port, filters);
    };
  }

  private List<FilterChain> permissive(int port, List<Filter> filters) {
    FilterChainMatch.Builder mesh =
        FilterChainMatch.newBuilder().setTransportProtocol("tls").addAllApplicationProtocols(MESH);
    List<FilterChain> chains = new ArrayList<>();
    chains.add(
        chain(port, filters).setFilterChainMatch(mesh).setTransportSocket(mutualTls(port)).build());
    if (!view.http(port)) {
      chains.add(chain(port, filters).setFilterChainMatch(transport("tls")).build());
    }
    chains.add(chain(port, filters).setFilterChainMatch(transport("raw_buffer")).build());
    return distinctNames(chains);
  }

  private static List<FilterChain> distinctNames(List<FilterChain> chains) {
    return IntStream.range(0, chains.size())
        .mapToObj(index -> named(chains.get(index), index))
        .toList();
  }

  private static FilterChain named(FilterChain chain, int index) {
    return index == 0 ? chain : chain.toBuilder().setName(chain.getName() + "-" + index).build();
  }

  private static FilterChainMatch.Builder transport(String protocol) {
    return FilterChainMatch.newBuilder().setTransportProtocol(protocol);
  }

  private static FilterChain.Builder chain(int port, List<Filter> filters) {
    return FilterChain.newBuilder().setName("0.0.0.0_" + port).addAllFilters(filters);
  }

  private TransportSocket mutualTls(int port) {
    DownstreamTlsContext.Builder context =
        DownstreamTlsContext.newBuilder().setRequireClientCertificate(Protos.TRUE);
    context.setCommonTlsContext(
        Tls.mutual(List.of(OURS))
            .setTlsParams(Tls.modern().addAllCipherSuites(CIPHERS))
            .addAllAlpnProtocols(List.of("h2", "http/1.1")));
    return Tls.tls(context.build());
  }

  private List<Filter> filters(int port) {
    return view.http(port) ? List.of(http(port)) : tcp(port);
  }

  private Filter http(int port) {
    HttpConnectionManager.Builder manager =
        ConnectionManagers.of("inbound_" + port, authorization.httpFilters(port))
            .setServerName("istio-envoy")
            .setForwardClientCertDetails(ForwardClientCertDetails.APPEND_FORWARD)
            .setSetCurrentClientCertDetails(ConnectionManagers.caller())
            .setRouteConfig(routes(port));
    if (view.inboundProtocol(port) != Protocol.HTTP) {
      manager.setHttp2ProtocolOptions(Http2ProtocolOptions.getDefaultInstance());
    }
    observability.addTo(manager);
    return ConnectionManagers.filter(manager.build());
  }

  private RouteConfiguration routes(int port) {
    return new InboundRoutes(view).of(port);
  }

  private List<Filter> tcp(int port) {
    String cluster = Names.inboundCluster(port);
    TcpProxy proxy = TcpProxy.newBuilder().setStatPrefix(cluster).setCluster(cluster).build();
    List<Filter> filters = new ArrayList<>(authorization.networkFilters(port));
    filters.add(Listeners.tcpProxy(proxy));
    return filters;
  }

  private static ListenerFilter tlsInspector() {
    return ListenerFilter.newBuilder()
        .setName("envoy.filters.listener.tls_inspector")
        .setTypedConfig(Protos.any(TlsInspector.getDefaultInstance()))
        .build();
  }
}
