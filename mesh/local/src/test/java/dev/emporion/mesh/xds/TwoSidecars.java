package dev.emporion.mesh.xds;

import com.sun.net.httpserver.HttpServer;
import dev.emporion.mesh.envoy.Bootstrap;
import dev.emporion.mesh.envoy.EnvoyAdmin;
import dev.emporion.mesh.envoy.EnvoyBinary;
import dev.emporion.mesh.model.Address;
import dev.emporion.mesh.model.Proxy;
import dev.emporion.mesh.model.Resources;
import dev.emporion.testing.Workspace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A program with a sidecar, and another sidecar that calls it; both real Envoys. */
final class TwoSidecars implements AutoCloseable {
  private static final Duration CALL_LIMIT = Duration.ofSeconds(3);
  private static final long END_SECONDS = 5;

  final Proxy shop = proxy("shop");
  final Proxy stock = proxy("stock");
  final Path socket;
  final int outbound = freePort();
  final int inbound = freePort();
  final EnvoyAdmin shopAdmin = new EnvoyAdmin(new Address("127.0.0.1", freePort()));
  final EnvoyAdmin stockAdmin = new EnvoyAdmin(new Address("127.0.0.1", freePort()));

  private final HttpServer program;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<Process> envoys = new ArrayList<>();

  TwoSidecars(Path folder) throws IOException {
    socket = folder.resolve("xds.sock");
    program = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    program.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    program.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    program.start();
    try {
      start(folder, shop, shopAdmin);
      start(folder, stock, stockAdmin);
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private static Proxy proxy(String name) {
    return new Proxy(
        name + "-0",
        Proxy.Kind.SIDECAR,
        name,
        name,
        Map.of(),
        "local",
        Map.of(),
        Map.of(),
        Map.of());
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void start(Path folder, Proxy proxy, EnvoyAdmin admin) throws IOException {
    Path binary = EnvoyBinary.provide(Workspace.root().resolve(".run/tools"));
    Path bootstrap = folder.resolve(proxy.id() + ".yaml");
    Bootstrap.of(proxy, "emporion", admin.address(), socket).writeTo(bootstrap);
    envoys.add(
        new ProcessBuilder(Bootstrap.command(binary, bootstrap))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(proxy.id() + ".log").toFile())
            .start());
  }

  List<Proxy> proxies() {
    return List.of(shop, stock);
  }

  /** What makes a call work, by this cluster. */
  Map<String, Resources> resources(String cluster) {
    return Map.of(
        shop.id(), HandMade.caller(outbound, cluster, inbound),
        stock.id(), HandMade.called(inbound, program.getAddress().getPort()));
  }

  HttpResponse<Void> call() throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + outbound + "/"))
            .timeout(CALL_LIMIT)
            .build(),
        HttpResponse.BodyHandlers.discarding());
  }

  @Override
  public void close() {
    envoys.forEach(Process::destroy);
    for (Process envoy : envoys) {
      try {
        if (!envoy.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
          envoy.destroyForcibly();
        }
      } catch (InterruptedException e) {
        envoy.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
    client.shutdownNow();
    program.stop(0);
  }
}
