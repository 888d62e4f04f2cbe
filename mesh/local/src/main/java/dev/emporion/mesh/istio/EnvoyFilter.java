package dev.emporion.mesh.istio;

import dev.emporion.mesh.yaml.Node;
import dev.emporion.mesh.yaml.Where;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Changes to Envoy's own configuration, where Istio has no word for something.
 *
 * @param workloadSelector labels of the pods; empty for all of the namespace
 * @param priority lower comes first; zero where nothing is said
 */
public record EnvoyFilter(
    Where where,
    String name,
    Map<String, String> workloadSelector,
    int priority,
    List<ConfigPatch> configPatches)
    implements IstioKind {

  public record ConfigPatch(Where where, ApplyTo applyTo, Match match, Patch patch) {}

  public enum ApplyTo {
    LISTENER,
    NETWORK_FILTER,
    HTTP_FILTER,
    ROUTE_CONFIGURATION,
    VIRTUAL_HOST,
    HTTP_ROUTE,
    CLUSTER
  }

  /** At most one of the last three is given. */
  public record Match(
      Where where,
      Context context,
      Optional<ListenerMatch> listener,
      Optional<RouteConfigurationMatch> routeConfiguration,
      Optional<ClusterMatch> cluster) {}

  public enum Context {
    ANY,
    SIDECAR_INBOUND,
    SIDECAR_OUTBOUND,
    GATEWAY
  }

  /**
   * @param filter name of the network filter
   * @param subFilter name of the HTTP filter in it
   */
  public record ListenerMatch(
      Where where,
      Optional<Integer> portNumber,
      Optional<String> name,
      Optional<String> filter,
      Optional<String> subFilter) {}

  /**
   * @param gateway {@code namespace/name}
   * @param vhost {@code host:port}
   * @param route its name
   */
  public record RouteConfigurationMatch(
      Where where,
      Optional<Integer> portNumber,
      Optional<String> name,
      Optional<String> gateway,
      Optional<String> vhost,
      Optional<String> route) {}

  /**
   * @param service full name
   */
  public record ClusterMatch(
      Where where,
      Optional<Integer> portNumber,
      Optional<String> service,
      Optional<String> subset,
      Optional<String> name) {}

  /**
   * @param value Envoy's, by its protobuf's JSON; absent for REMOVE
   */
  public record Patch(Where where, Operation operation, Optional<Node> value) {}

  public enum Operation {
    MERGE,
    ADD,
    REMOVE,
    INSERT_BEFORE,
    INSERT_AFTER,
    INSERT_FIRST,
    REPLACE
  }
}
