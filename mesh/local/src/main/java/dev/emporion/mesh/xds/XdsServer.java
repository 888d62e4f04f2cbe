package dev.emporion.mesh.xds;

import dev.emporion.mesh.model.Resources;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Tells Envoys what they are to do. Nothing is sent to an Envoy before something was published for
 * it: a control plane that has just been started, and does not yet know who runs, disturbs nobody.
 *
 * <p>For any threads.
 */
public final class XdsServer implements AutoCloseable {
  private final InstantSource clock;
  private final UnixSocketServer server;

  private final Map<String, List<Secret>> secrets = new HashMap<>();
  private final Map<String, Wanted> wanted = new TreeMap<>();

  /** The newest stream of each node, known or not. */
  private final Map<String, EnvoyStream> streams = new HashMap<>();

  /**
   * Listens on a Unix domain socket.
   *
   * @throws dev.emporion.mesh.RunnerException if another control plane does
   */
  public XdsServer(Path socket, InstantSource clock) {
    this.clock = clock;
    this.server = UnixSocketServer.start(socket, new Service());
  }

  /** Whom to tell what, by node id; who is not named is forgotten, and told nothing more. */
  public synchronized void publish(Map<String, Resources> resources) {
    Map<String, Wanted> next = new TreeMap<>();
    resources.forEach(
        (node, content) ->
            next.put(node, Wanted.of(content, secrets.getOrDefault(node, List.of()))));
    tell(next);
  }

  /** The secrets of each, by node id; the same rules, and at any time before or after. */
  public synchronized void publishSecrets(Map<String, List<Secret>> newSecrets) {
    Map<String, Wanted> next = new TreeMap<>();
    wanted.forEach(
        (node, content) -> next.put(node, content.with(newSecrets.getOrDefault(node, List.of()))));
    secrets.clear();
    secrets.putAll(newSecrets);
    tell(next);
  }

  private void tell(Map<String, Wanted> next) {
    // What is equal stays the same object, so that its copy can go.
    next.replaceAll((node, fresh) -> fresh.isSameAs(wanted.get(node)) ? wanted.get(node) : fresh);
    wanted.clear();
    wanted.putAll(next);
    streams.forEach((node, stream) -> stream.want(wanted.get(node)));
  }

  /** Everyone for whom something was published, by node id. */
  public synchronized Map<String, NodeStatus> status() {
    Map<String, NodeStatus> all = new TreeMap<>();
    for (String node : wanted.keySet()) {
      all.put(
          node,
          Optional.ofNullable(streams.get(node))
              .map(stream -> stream.status(node))
              .orElseGet(() -> NodeStatus.absent(node)));
    }
    return all;
  }

  /** Whether everyone for whom something was published is connected and has accepted all of it. */
  public synchronized boolean isInEffect() {
    return status().values().stream().allMatch(NodeStatus::isInEffect);
  }

  /** Whether everyone is connected and has accepted all of one kind that it asks for. */
  public synchronized boolean hasReachedAll(ResourceType type) {
    return wanted.keySet().stream()
        .allMatch(node -> streams.containsKey(node) && streams.get(node).isServed(type));
  }

  private synchronized void receive(Connection connection, DiscoveryRequest request) {
    ResourceType type = ResourceType.of(request.getTypeUrl()).orElse(null);
    if (type == null) {
      // Envoy was told of no other kind by us; it may ask for one by an EnvoyFilter.
      return;
    }
    if (connection.node == null) {
      connection.node = request.getNode().getId();
      EnvoyStream before = streams.put(connection.node, connection.stream);
      if (before != null) {
        before.close();
      }
      connection.stream.want(wanted.get(connection.node));
    }
    connection.stream.receive(type, request);
  }

  private synchronized void ended(Connection connection) {
    if (connection.node != null) {
      streams.remove(connection.node, connection.stream);
    }
  }

  /** Ends all streams; the Envoys go on with what they have, and look for the next server. */
  @Override
  public void close() {
    server.close();
  }

  private final class Service extends AggregatedDiscoveryServiceImplBase {
    @Override
    public StreamObserver<DiscoveryRequest> streamAggregatedResources(
        StreamObserver<DiscoveryResponse> out) {
      Connection connection = new Connection(new EnvoyStream(out, clock));
      ((ServerCallStreamObserver<DiscoveryResponse>) out)
          .setOnCancelHandler(() -> ended(connection));
      return connection;
    }
  }

  /** One stream before and after it is known whose it is. */
  private final class Connection implements StreamObserver<DiscoveryRequest> {
    private final EnvoyStream stream;
    private String node;

    Connection(EnvoyStream stream) {
      this.stream = stream;
    }

    @Override
    public void onNext(DiscoveryRequest request) {
      receive(this, request);
    }

    @Override
    public void onError(Throwable cause) {
      ended(this);
    }

    @Override
    public void onCompleted() {
      ended(this);
      synchronized (XdsServer.this) {
        stream.close();
      }
    }
  }
}
