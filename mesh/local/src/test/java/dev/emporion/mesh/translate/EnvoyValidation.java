package dev.emporion.mesh.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.emporion.mesh.envoy.EnvoyBinary;
import dev.emporion.mesh.model.Resources;
import dev.emporion.testing.Workspace;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap.DynamicResources;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap.StaticResources;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.ApiConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Asks a real Envoy whether it would take what we tell it, without running it. */
final class EnvoyValidation {
  private static final long LIMIT_SECONDS = 60;

  private final Path folder;

  EnvoyValidation(Path folder) {
    this.folder = folder;
  }

  /** Routes and endpoints come later over xDS; here they are put in their places beforehand. */
  void accepts(String name, Resources resources) throws IOException, InterruptedException {
    Path config = folder.resolve(name + ".pb");
    Files.write(config, bootstrap(name, resources).toByteArray());
    Path log = folder.resolve(name + ".log");
    Path binary = EnvoyBinary.provide(Workspace.root().resolve(".run/tools"));
    Process envoy =
        new ProcessBuilder(
                binary.toString(), "--mode", "validate", "-l", "warn", "-c", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(envoy.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).as("Envoy ended").isTrue();
    assertThat(envoy.exitValue()).as(() -> read(log)).isZero();
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static Bootstrap bootstrap(String name, Resources resources) {
    Map<String, RouteConfiguration> routes =
        resources.routes().stream()
            .collect(Collectors.toMap(RouteConfiguration::getName, Function.identity()));
    StaticResources.Builder all = StaticResources.newBuilder().addClusters(controlPlane());
    resources.listeners().forEach(listener -> all.addListeners(withRoutes(listener, routes)));
    return Bootstrap.newBuilder()
        .setNode(Node.newBuilder().setId(name).setCluster(name))
        .setDynamicResources(DynamicResources.newBuilder().setAdsConfig(ads()))
        .setStaticResources(all.addAllClusters(resources.clusters()))
        .build();
  }

  private static ApiConfigSource ads() {
    return ApiConfigSource.newBuilder()
        .setApiType(ApiConfigSource.ApiType.GRPC)
        .setTransportApiVersion(ApiVersion.V3)
        .addGrpcServices(
            GrpcService.newBuilder()
                .setEnvoyGrpc(GrpcService.EnvoyGrpc.newBuilder().setClusterName("xds")))
        .build();
  }

  private static Cluster controlPlane() {
    return Cluster.newBuilder()
        .setName("xds")
        .setLoadAssignment(ClusterLoadAssignment.newBuilder().setClusterName("xds"))
        .build();
  }

  private static Listener withRoutes(Listener listener, Map<String, RouteConfiguration> routes) {
    Listener.Builder out = listener.toBuilder();
    for (FilterChain.Builder chain : out.getFilterChainsBuilderList()) {
      for (Filter.Builder filter : chain.getFiltersBuilderList()) {
        if (filter.getTypedConfig().is(HttpConnectionManager.class)) {
          filter.setTypedConfig(withRoutes(filter.getTypedConfig(), routes));
        }
      }
    }
    return out.build();
  }

  private static Any withRoutes(Any config, Map<String, RouteConfiguration> routes) {
    try {
      HttpConnectionManager manager = config.unpack(HttpConnectionManager.class);
      return manager.hasRds()
          ? Any.pack(
              manager.toBuilder()
                  .setRouteConfig(routes.get(manager.getRds().getRouteConfigName()))
                  .build())
          : config;
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
