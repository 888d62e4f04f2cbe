package dev.emporion.mesh.translate;

import com.google.protobuf.Message;
import dev.emporion.mesh.istio.EnvoyFilter.ConfigPatch;
import dev.emporion.mesh.istio.EnvoyFilter.Operation;
import dev.emporion.mesh.yaml.Problems;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * A change by an EnvoyFilter.
 *
 * @param value empty where it only removes
 */
record Patch(ConfigPatch said, Message value) {
  private static final int NOWHERE = -1;

  /** Empty, and a problem, if its value is not what Envoy knows. */
  static Optional<Patch> read(ConfigPatch said, Problems problems) {
    Message.Builder builder =
        switch (said.applyTo()) {
          case LISTENER -> Listener.newBuilder();
          case NETWORK_FILTER -> Filter.newBuilder();
          case HTTP_FILTER -> HttpFilter.newBuilder();
          case ROUTE_CONFIGURATION -> RouteConfiguration.newBuilder();
          case VIRTUAL_HOST -> VirtualHost.newBuilder();
          case HTTP_ROUTE -> Route.newBuilder();
          case CLUSTER -> Cluster.newBuilder();
        };
    return said.patch()
        .value()
        .map(value -> EnvoyTypes.read(value, builder, problems))
        .orElseGet(() -> Optional.of(builder.build()))
        .map(value -> new Patch(said, value));
  }

  Operation operation() {
    return said.patch().operation();
  }

  boolean isFor(Side side) {
    return side.is(said.match().context());
  }

  /**
   * A list with the value in it, or without what matches.
   *
   * @param named whether the patch names an element: next to one it does not name is at the end
   */
  <T> List<T> edit(List<T> all, T value, Predicate<T> matches, boolean named) {
    List<T> edited = new ArrayList<>(all);
    int place = named ? first(all, matches) : NOWHERE;
    switch (operation()) {
      case ADD -> edited.add(value);
      case INSERT_FIRST -> edited.addFirst(value);
      case INSERT_BEFORE -> insert(edited, named ? place : 0, value);
      case INSERT_AFTER -> insert(edited, named ? after(place) : all.size(), value);
      case REPLACE -> replace(edited, place, value);
      case REMOVE -> edited.removeIf(element -> named && matches.test(element));
      case MERGE -> {}
    }
    return edited;
  }

  private static <T> int first(List<T> all, Predicate<T> matches) {
    return IntStream.range(0, all.size())
        .filter(index -> matches.test(all.get(index)))
        .findFirst()
        .orElse(NOWHERE);
  }

  private static int after(int place) {
    return place == NOWHERE ? NOWHERE : place + 1;
  }

  private static <T> void insert(List<T> list, int index, T value) {
    if (index != NOWHERE) {
      list.add(index, value);
    }
  }

  private static <T> void replace(List<T> list, int index, T value) {
    if (index != NOWHERE) {
      list.set(index, value);
    }
  }
}
