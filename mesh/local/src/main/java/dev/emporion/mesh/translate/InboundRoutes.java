package dev.emporion.mesh.translate;

import dev.emporion.mesh.model.Registry.Protocol;
import io.envoyproxy.envoy.config.route.v3.Decorator;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteAction.MaxStreamDuration;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;

/** From a sidecar to its program: one route, no time limit of its own. */
record InboundRoutes(View view) {

  RouteConfiguration of(int port) {
    VirtualHost host =
        VirtualHost.newBuilder()
            .setName("inbound|http|" + port)
            .addDomains("*")
            .addRoutes(route(port))
            .build();
    RouteConfiguration routes =
        RouteConfiguration.newBuilder()
            .setName(Names.inboundCluster(port))
            .addVirtualHosts(host)
            .setValidateClusters(Protos.FALSE)
            .build();
    return view.patches().routes(Side.INBOUND, Names.inboundCluster(port), port, routes);
  }

  private Route route(int port) {
    RouteAction.Builder action =
        RouteAction.newBuilder()
            .setCluster(Names.inboundCluster(port))
            .setTimeout(Protos.NONE)
            .setMaxStreamDuration(
                MaxStreamDuration.newBuilder()
                    .setMaxStreamDuration(Protos.NONE)
                    .setGrpcTimeoutHeaderMax(Protos.NONE));
    if (view.inboundProtocol(port) != Protocol.GRPC) {
      action.setRetryPolicy(unseenByTheProgram());
    }
    return Route.newBuilder()
        .setName("default")
        .setMatch(RouteMatch.newBuilder().setPrefix("/"))
        .setDecorator(Decorator.newBuilder().setOperation(view.inboundOperation(port)))
        .setRoute(action)
        .build();
  }

  /** A program that closes an idle connection may meet a request there; it never saw it. */
  private static RetryPolicy unseenByTheProgram() {
    return RetryPolicy.newBuilder()
        .setRetryOn("reset-before-request")
        .setNumRetries(Protos.uint(2))
        .build();
  }
}
