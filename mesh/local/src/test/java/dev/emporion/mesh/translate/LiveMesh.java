package dev.emporion.mesh.translate;

import dev.emporion.mesh.envoy.Bootstrap;
import dev.emporion.mesh.envoy.EnvoyAdmin;
import dev.emporion.mesh.envoy.EnvoyBinary;
import dev.emporion.mesh.identity.Identity;
import dev.emporion.mesh.identity.Lifetimes;
import dev.emporion.mesh.istio.IstioConfig;
import dev.emporion.mesh.model.Address;
import dev.emporion.mesh.model.Proxy;
import dev.emporion.mesh.model.Proxy.Inbound;
import dev.emporion.mesh.model.Proxy.ServicePort;
import dev.emporion.mesh.model.Registry;
import dev.emporion.mesh.model.Registry.Instance;
import dev.emporion.mesh.model.Registry.Port;
import dev.emporion.mesh.model.Registry.Protocol;
import dev.emporion.mesh.model.Resources;
import dev.emporion.mesh.xds.SecretRotation;
import dev.emporion.mesh.xds.XdsServer;
import dev.emporion.testing.Workspace;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Orders and two instances of carts, one of them v2, with real Envoys on what we translate. */
final class LiveMesh implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final int CARTS = 50053;
  private static final long END_SECONDS = 5;

  final List<Program> programs = List.of(new Program(), new Program());
  final ManagedChannel carts;
  private final XdsServer server;
  private final List<Server> servers = new ArrayList<>();
  private final List<Process> envoys = new ArrayList<>();
  private final List<Proxy> proxies = new ArrayList<>();
  private final Map<String, EnvoyAdmin> admins;

  LiveMesh(Path folder) throws IOException {
    for (int i = 0; i < programs.size(); i++) {
      proxies.add(cartsProxy(i, start(programs.get(i))));
    }
    Address outbound = free();
    proxies.add(ordersProxy(outbound));
    admins = proxies.stream().collect(Collectors.toMap(Proxy::id, proxy -> new EnvoyAdmin(free())));
    Path socket = folder.resolve("xds.sock");
    server = new XdsServer(socket, InstantSource.system());
    Identity identity =
        new Identity(folder.resolve("ca"), "emporion", Lifetimes.DEFAULT, InstantSource.system());
    new SecretRotation(identity, server).refresh(proxies);
    for (Proxy proxy : proxies) {
      start(folder, proxy, socket);
    }
    carts = NettyChannelBuilder.forAddress(outbound.host(), outbound.port()).usePlaintext().build();
  }

  /** Puts this YAML into effect. */
  void apply(IstioConfig config) {
    Translation translation = Translation.of(config, registry());
    if (!translation.problems().isEmpty()) {
      throw new AssertionError(translation.problems());
    }
    Map<String, Resources> resources =
        proxies.stream().collect(Collectors.toMap(Proxy::id, translation::resources));
    server.publish(resources);
  }

  boolean isInEffect() {
    return server.isInEffect();
  }

  String status() {
    return server.status().toString();
  }

  EnvoyAdmin admin(String id) {
    return admins.get(id);
  }

  private Registry registry() {
    List<Instance> instances =
        proxies.stream()
            .filter(proxy -> proxy.workload().equals("carts"))
            .map(
                proxy ->
                    new Instance(
                        proxy.id(),
                        "carts",
                        proxy.labels(),
                        "a",
                        Map.of(CARTS, proxy.inbound(CARTS).orElseThrow().listen()),
                        true,
                        true))
            .toList();
    Port port = new Port("grpc", CARTS, CARTS, Protocol.GRPC);
    return new Registry(
        "emporion", List.of(new Registry.Service("carts", List.of(port), instances)));
  }

  private static Proxy cartsProxy(int number, Address app) {
    return new Proxy(
        "carts-" + number,
        Proxy.Kind.SIDECAR,
        "carts",
        "carts",
        Map.of("app", "carts", "version", "v" + (number + 1)),
        "a",
        Map.of(CARTS, new Inbound(free(), app)),
        Map.of(),
        Map.of());
  }

  private static Proxy ordersProxy(Address outbound) {
    return new Proxy(
        "orders-0",
        Proxy.Kind.SIDECAR,
        "orders",
        "orders",
        Map.of("app", "orders"),
        "a",
        Map.of(),
        Map.of(new ServicePort("carts", CARTS), outbound),
        Map.of());
  }

  private Address start(Program program) throws IOException {
    Server started =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(program)
            .intercept(program.headers())
            .build()
            .start();
    servers.add(started);
    return new Address(HOST, started.getPort());
  }

  private void start(Path folder, Proxy proxy, Path socket) throws IOException {
    Path binary = EnvoyBinary.provide(Workspace.root().resolve(".run/tools"));
    Path bootstrap = folder.resolve(proxy.id() + ".yaml");
    Bootstrap.of(proxy, "emporion", admins.get(proxy.id()).address(), socket).writeTo(bootstrap);
    envoys.add(
        new ProcessBuilder(Bootstrap.command(binary, bootstrap))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(proxy.id() + ".log").toFile())
            .start());
  }

  private static Address free() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new Address(HOST, socket.getLocalPort());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    carts.shutdownNow();
    envoys.forEach(Process::destroy);
    envoys.forEach(LiveMesh::await);
    servers.forEach(Server::shutdownNow);
    server.close();
  }

  private static void await(Process envoy) {
    try {
      if (!envoy.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        envoy.destroyForcibly();
      }
    } catch (InterruptedException e) {
      envoy.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
