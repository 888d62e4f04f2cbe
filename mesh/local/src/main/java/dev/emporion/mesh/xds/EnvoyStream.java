package dev.emporion.mesh.xds;

import io.envoyproxy.envoy.config.core.v3.ControlPlane;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;

/**
 * One Envoy's stream, and in which order a change goes down it. Make before break: clusters, those
 * that are to go still among them, and their endpoints; when both are in place, listeners; then
 * routes; and only when nothing points to them any more, the clusters that go. Secrets, and
 * endpoints of clusters that are there, are never held back.
 *
 * <p>Where a step is refused, the steps behind it wait for new content, so that the Envoy keeps its
 * last good configuration whole; unless it never had one: then it takes what it can get.
 *
 * <p>Guarded by its server's lock.
 */
final class EnvoyStream {
  private static final ControlPlane SELF =
      ControlPlane.newBuilder().setIdentifier("emporion").build();

  private final StreamObserver<DiscoveryResponse> out;
  private final InstantSource clock;
  private final Map<ResourceType, Subscription> subscriptions = new EnumMap<>(ResourceType.class);
  private final Map<ResourceType, Rejection> rejections = new EnumMap<>(ResourceType.class);
  private Wanted wanted;
  private Instant inEffectSince;
  private long responses;

  EnvoyStream(StreamObserver<DiscoveryResponse> out, InstantSource clock) {
    this.out = out;
    this.clock = clock;
    for (ResourceType type : ResourceType.values()) {
      subscriptions.put(type, new Subscription(type));
    }
  }

  void want(Wanted newWanted) {
    if (newWanted == null || !newWanted.isSameAs(wanted)) {
      wanted = newWanted;
      inEffectSince = null;
    }
    advance();
  }

  void receive(ResourceType type, DiscoveryRequest request) {
    switch (of(type).receive(request)) {
      case ACCEPTED -> rejections.remove(type);
      case REJECTED ->
          rejections.put(
              type, Rejection.of(request.getErrorDetail().getMessage(), clock.instant()));
      case ASKED, STALE -> {}
    }
    advance();
  }

  private Subscription of(ResourceType type) {
    return subscriptions.get(type);
  }

  private void advance() {
    if (wanted == null) {
      return;
    }
    offerSecrets();
    of(ResourceType.CLUSTER).recognize(wanted.get(ResourceType.CLUSTER));
    offerClusters();
    // Not after the clusters' acceptance: Envoy holds it back until their endpoints are there.
    offer(ResourceType.ENDPOINT, wanted.get(ResourceType.ENDPOINT));
    if (areTargetsInPlace()) {
      offer(ResourceType.LISTENER, wanted.get(ResourceType.LISTENER));
      if (isPassed(ResourceType.LISTENER)) {
        offer(ResourceType.ROUTE, wanted.get(ResourceType.ROUTE));
      }
    }
    if (inEffectSince == null && hasEverything()) {
      inEffectSince = clock.instant();
    }
  }

  private void offerSecrets() {
    Content secrets = wanted.get(ResourceType.SECRET);
    // Envoy refuses an answer without any: it waits until it has been given an identity.
    if (!secrets.resources().isEmpty()) {
      offer(ResourceType.SECRET, secrets);
    }
  }

  private void offerClusters() {
    Content clusters = clusters();
    boolean adds = clusters.addsTo(of(ResourceType.CLUSTER).accepted());
    if (offer(ResourceType.CLUSTER, clusters) && adds) {
      // A cluster that was changed is made anew in Envoy and waits for its endpoints.
      of(ResourceType.ENDPOINT).repeat();
    }
  }

  private Content clusters() {
    Content clusters = wanted.get(ResourceType.CLUSTER);
    return isPointedAtNewOnesOnly() ? clusters : clusters.plus(of(ResourceType.CLUSTER).accepted());
  }

  private boolean isPointedAtNewOnesOnly() {
    Subscription routes = of(ResourceType.ROUTE);
    return has(ResourceType.LISTENER) && (!routes.exists() || has(ResourceType.ROUTE));
  }

  private boolean areTargetsInPlace() {
    Subscription clusters = of(ResourceType.CLUSTER);
    if (!clusters.isPassed(clusters())) {
      return false;
    }
    return clusters.hasRejected(clusters())
        || wanted.endpointNames().isEmpty()
        || of(ResourceType.ENDPOINT).names(wanted.endpointNames())
            && isPassed(ResourceType.ENDPOINT);
  }

  private boolean isPassed(ResourceType type) {
    return of(type).isPassed(wanted.get(type));
  }

  boolean has(ResourceType type) {
    return wanted != null && of(type).has(wanted.get(type));
  }

  /** Whether it takes nothing of this kind, or has taken what there is. */
  boolean isServed(ResourceType type) {
    return !of(type).exists() || has(type);
  }

  private boolean hasEverything() {
    return has(ResourceType.CLUSTER)
        && has(ResourceType.LISTENER)
        && hasNamed(ResourceType.ENDPOINT)
        && hasNamed(ResourceType.ROUTE)
        && isServed(ResourceType.SECRET);
  }

  private boolean hasNamed(ResourceType type) {
    Content content = wanted.get(type);
    return content.resources().isEmpty()
        || has(type) && of(type).names(content.resources().keySet());
  }

  private boolean offer(ResourceType type, Content content) {
    Subscription subscription = of(type);
    if (!subscription.needs(content)) {
      return false;
    }
    String nonce = Long.toString(++responses);
    subscription.send(content, nonce);
    out.onNext(
        DiscoveryResponse.newBuilder()
            .setTypeUrl(type.url())
            .setVersionInfo(content.version())
            .setNonce(nonce)
            .setControlPlane(SELF)
            .addAllResources(type.isWhole() ? content.all() : content.named(subscription.names()))
            .build());
    return true;
  }

  NodeStatus status(String node) {
    Map<ResourceType, String> accepted = new EnumMap<>(ResourceType.class);
    subscriptions.forEach(
        (type, subscription) -> {
          if (!subscription.acceptedVersion().isEmpty()) {
            accepted.put(type, subscription.acceptedVersion());
          }
        });
    return new NodeStatus(
        node, true, Map.copyOf(accepted), Map.copyOf(rejections), inEffectSince, responses);
  }

  void close() {
    out.onCompleted();
  }
}
