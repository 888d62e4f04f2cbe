package dev.emporion.mesh.istio;

import dev.emporion.mesh.istio.EnvoyFilter.ApplyTo;
import dev.emporion.mesh.istio.EnvoyFilter.ClusterMatch;
import dev.emporion.mesh.istio.EnvoyFilter.ConfigPatch;
import dev.emporion.mesh.istio.EnvoyFilter.Context;
import dev.emporion.mesh.istio.EnvoyFilter.ListenerMatch;
import dev.emporion.mesh.istio.EnvoyFilter.Match;
import dev.emporion.mesh.istio.EnvoyFilter.Operation;
import dev.emporion.mesh.istio.EnvoyFilter.Patch;
import dev.emporion.mesh.istio.EnvoyFilter.RouteConfigurationMatch;
import dev.emporion.mesh.yaml.Fields;
import dev.emporion.mesh.yaml.Meta;
import dev.emporion.mesh.yaml.Type;
import java.util.Optional;

final class EnvoyFilterReader {
  private EnvoyFilterReader() {}

  static EnvoyFilter read(Fields document) {
    Meta meta = Meta.of(document);
    return document.requiredObject(
        "spec",
        spec ->
            new EnvoyFilter(
                meta.where(),
                meta.name(),
                Common.workloadSelector(spec),
                spec.value("priority", Type.integer(Integer.MIN_VALUE, Integer.MAX_VALUE))
                    .orElse(0),
                spec.objects("configPatches", EnvoyFilterReader::configPatch)));
  }

  private static ConfigPatch configPatch(Fields patch) {
    return new ConfigPatch(
        patch.where(),
        patch.required("applyTo", Type.oneOf(ApplyTo.class)),
        patch.object("match", EnvoyFilterReader::match).orElseGet(() -> everywhere(patch)),
        patch.requiredObject("patch", EnvoyFilterReader::patch));
  }

  private static Match everywhere(Fields patch) {
    return new Match(
        patch.where(), Context.ANY, Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static Match match(Fields match) {
    Match read =
        new Match(
            match.where(),
            match.value("context", Type.oneOf(Context.class)).orElse(Context.ANY),
            match.object("listener", EnvoyFilterReader::listener),
            match.object("routeConfiguration", EnvoyFilterReader::routeConfiguration),
            match.object("cluster", EnvoyFilterReader::cluster));
    match.atMostOne("listener", "routeConfiguration", "cluster");
    return read;
  }

  /** {@code filterChain.filter.name} and {@code filterChain.filter.subFilter.name}. */
  private record Filters(Optional<String> filter, Optional<String> subFilter) {
    static final Filters ANY = new Filters(Optional.empty(), Optional.empty());
  }

  private static ListenerMatch listener(Fields listener) {
    Optional<Integer> portNumber = listener.value("portNumber", Type.PORT);
    Optional<String> name = listener.text("name");
    Filters filters =
        listener
            .object(
                "filterChain",
                chain -> chain.object("filter", EnvoyFilterReader::filters).orElse(Filters.ANY))
            .orElse(Filters.ANY);
    return new ListenerMatch(
        listener.where(), portNumber, name, filters.filter(), filters.subFilter());
  }

  private static Filters filters(Fields filter) {
    return new Filters(
        filter.text("name"), filter.object("subFilter", sub -> sub.requiredText("name")));
  }

  /** {@code vhost.name} and {@code vhost.route.name}. */
  private record VirtualHost(Optional<String> name, Optional<String> route) {
    static final VirtualHost ANY = new VirtualHost(Optional.empty(), Optional.empty());
  }

  private static RouteConfigurationMatch routeConfiguration(Fields routes) {
    VirtualHost host =
        routes
            .object(
                "vhost",
                vhost ->
                    new VirtualHost(
                        vhost.text("name"),
                        vhost.object("route", route -> route.requiredText("name"))))
            .orElse(VirtualHost.ANY);
    return new RouteConfigurationMatch(
        routes.where(),
        routes.value("portNumber", Type.PORT),
        routes.text("name"),
        routes.text("gateway"),
        host.name(),
        host.route());
  }

  private static ClusterMatch cluster(Fields cluster) {
    return new ClusterMatch(
        cluster.where(),
        cluster.value("portNumber", Type.PORT),
        cluster.text("service"),
        cluster.text("subset"),
        cluster.text("name"));
  }

  private static Patch patch(Fields patch) {
    Patch read =
        new Patch(
            patch.where(),
            patch.required("operation", Type.oneOf(Operation.class)),
            patch.anything("value"));
    if (read.operation() == Operation.REMOVE) {
      read.value().ifPresent(_ -> patch.problem("value", "not with REMOVE"));
    } else {
      patch.atLeastOne("value");
    }
    return read;
  }
}
