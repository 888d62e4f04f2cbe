package dev.emporion.mesh.translate;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.emporion.mesh.istio.EnvoyFilter.ApplyTo;
import dev.emporion.mesh.istio.EnvoyFilter.ListenerMatch;
import dev.emporion.mesh.istio.EnvoyFilter.Operation;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import java.util.List;
import java.util.Optional;

/**
 * EnvoyFilters on a listener, its network filters and its HTTP filters.
 *
 * @param onACluster the listener's name there, which the filters go by
 */
record ListenerPatches(EnvoyPatches patches, Side side, String onACluster, int port) {

  /** Empty if it is removed. */
  Optional<Listener> apply(Listener listener) {
    Listener patched = listener;
    for (Patch patch : ours(ApplyTo.LISTENER)) {
      if (patch.operation() == Operation.REMOVE) {
        return Optional.empty();
      }
      if (patch.operation() == Operation.MERGE) {
        patched = Merge.over(patched, patch.value());
      }
    }
    Listener.Builder out = patched.toBuilder();
    out.getFilterChainsBuilderList().forEach(this::chain);
    return Optional.of(out.build());
  }

  private List<Patch> ours(ApplyTo what) {
    return patches.patches(what, side).filter(this::matches).toList();
  }

  private boolean matches(Patch patch) {
    Optional<ListenerMatch> match = match(patch);
    return match.flatMap(ListenerMatch::name).map(onACluster::equals).orElse(true)
        && match.flatMap(ListenerMatch::portNumber).map(wanted -> wanted == port).orElse(true);
  }

  private static Optional<ListenerMatch> match(Patch patch) {
    return patch.said().match().listener();
  }

  private void chain(FilterChain.Builder chain) {
    List<Filter> filters = chain.getFiltersList();
    for (Patch patch : ours(ApplyTo.NETWORK_FILTER)) {
      filters = network(patch, filters);
    }
    List<Patch> http = ours(ApplyTo.HTTP_FILTER);
    filters = filters.stream().map(filter -> http(http, filter)).toList();
    chain.clearFilters().addAllFilters(filters);
  }

  private static List<Filter> network(Patch patch, List<Filter> filters) {
    Filter value = (Filter) patch.value();
    if (patch.operation() == Operation.MERGE) {
      return filters.stream()
          .map(filter -> isNamed(patch, filter) ? merged(filter, value) : filter)
          .toList();
    }
    boolean named = match(patch).flatMap(ListenerMatch::filter).isPresent();
    return patch.edit(filters, value, filter -> isNamed(patch, filter), named);
  }

  private static boolean isNamed(Patch patch, Filter filter) {
    return match(patch).flatMap(ListenerMatch::filter).map(filter.getName()::equals).orElse(true);
  }

  private static Filter merged(Filter filter, Filter patch) {
    Filter.Builder out = filter.toBuilder();
    if (!patch.getName().isEmpty()) {
      out.setName(patch.getName());
    }
    if (patch.hasTypedConfig()) {
      out.setTypedConfig(merged(filter.getTypedConfig(), patch.getTypedConfig()));
    }
    return out.build();
  }

  private static Any merged(Any config, Any patch) {
    return Merge.over(config, patch).orElse(config);
  }

  private static Filter http(List<Patch> patches, Filter filter) {
    List<Patch> ours = patches.stream().filter(patch -> isNamed(patch, filter)).toList();
    if (ours.isEmpty() || !filter.getTypedConfig().is(HttpConnectionManager.class)) {
      return filter;
    }
    HttpConnectionManager manager = manager(filter);
    List<HttpFilter> filters = manager.getHttpFiltersList();
    // Istio merges last, so that what one patch adds another may change.
    for (Patch patch : ours) {
      filters = added(patch, filters);
    }
    for (Patch patch : ours) {
      filters = merged(patch, filters);
    }
    return filter.toBuilder()
        .setTypedConfig(
            Protos.any(manager.toBuilder().clearHttpFilters().addAllHttpFilters(filters).build()))
        .build();
  }

  private static HttpConnectionManager manager(Filter filter) {
    try {
      return filter.getTypedConfig().unpack(HttpConnectionManager.class);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("we packed this ourselves", e);
    }
  }

  private static List<HttpFilter> added(Patch patch, List<HttpFilter> filters) {
    boolean named = match(patch).flatMap(ListenerMatch::subFilter).isPresent();
    return patch.edit(filters, (HttpFilter) patch.value(), filter -> isNamed(patch, filter), named);
  }

  private static List<HttpFilter> merged(Patch patch, List<HttpFilter> filters) {
    HttpFilter value = (HttpFilter) patch.value();
    return patch.operation() == Operation.MERGE
        ? filters.stream()
            .map(filter -> isNamed(patch, filter) ? merged(filter, value) : filter)
            .toList()
        : filters;
  }

  private static boolean isNamed(Patch patch, HttpFilter filter) {
    return match(patch)
        .flatMap(ListenerMatch::subFilter)
        .map(filter.getName()::equals)
        .orElse(true);
  }

  private static HttpFilter merged(HttpFilter filter, HttpFilter patch) {
    HttpFilter.Builder out = filter.toBuilder();
    if (!patch.getName().isEmpty()) {
      out.setName(patch.getName());
    }
    if (patch.hasTypedConfig()) {
      out.setTypedConfig(merged(filter.getTypedConfig(), patch.getTypedConfig()));
    }
    return out.build();
  }
}
