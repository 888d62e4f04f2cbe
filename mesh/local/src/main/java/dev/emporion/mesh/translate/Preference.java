package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.LoadBalancer.Distribute;
import dev.emporion.mesh.istio.LoadBalancer.Failover;
import dev.emporion.mesh.istio.LoadBalancer.LocalityLbSetting;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * Which places one caller prefers.
 *
 * @param here where the caller is
 * @param labels of the caller
 * @param failover whether farther places wait until nearer ones fail
 */
record Preference(
    Locality here,
    Map<String, String> labels,
    Optional<LocalityLbSetting> setting,
    boolean failover) {

  /** How early an instance's labels differ from the caller's, in the order of the labels said. */
  int step(Map<String, String> instance) {
    List<String> order = byLabels();
    for (int i = 0; i < order.size(); i++) {
      String[] label = order.get(i).split("=", 2);
      String wanted = label.length == 2 ? label[1] : labels.getOrDefault(label[0], "");
      if (!wanted.equals(instance.getOrDefault(label[0], ""))) {
        return order.size() - i;
      }
    }
    return 0;
  }

  private List<String> byLabels() {
    return failover && distribute().isEmpty()
        ? setting.map(LocalityLbSetting::failoverPriority).orElse(List.of())
        : List.of();
  }

  private List<Distribute> distribute() {
    return setting.map(LocalityLbSetting::distribute).orElse(List.of());
  }

  private List<Failover> regions() {
    return setting.map(LocalityLbSetting::failover).orElse(List.of());
  }

  void apply(List<LocalityLbEndpoints.Builder> places) {
    if (!distribute().isEmpty()) {
      distribute().stream()
          .filter(rule -> Localities.matches(rule.from(), here))
          .findFirst()
          .ifPresent(rule -> weigh(places, rule));
    } else if (failover && (byLabels().isEmpty() || !regions().isEmpty())) {
      order(places, place -> place.getPriority() * 5 + distance(place.getLocality()));
    } else {
      order(places, LocalityLbEndpoints.Builder::getPriority);
    }
  }

  /** A region that is not the one to fail over to comes last. */
  private int distance(Locality place) {
    int distance = Localities.distance(here, place);
    Optional<Failover> rule =
        regions().stream().filter(said -> said.from().equals(here.getRegion())).findFirst();
    boolean elsewhere =
        distance == 3 && rule.isPresent() && !rule.get().to().equals(place.getRegion());
    return elsewhere ? 4 : distance;
  }

  /** Envoy's priorities count from zero and leave none out. */
  private static void order(
      List<LocalityLbEndpoints.Builder> places, ToIntFunction<LocalityLbEndpoints.Builder> rank) {
    int[] ranks = places.stream().mapToInt(rank).sorted().distinct().toArray();
    for (LocalityLbEndpoints.Builder place : places) {
      place.setPriority(Arrays.binarySearch(ranks, rank.applyAsInt(place)));
    }
  }

  /** A share is split among the places that it names by their instances; others get nothing. */
  private static void weigh(List<LocalityLbEndpoints.Builder> places, Distribute rule) {
    Set<LocalityLbEndpoints.Builder> left = new HashSet<>(places);
    rule.to().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            share -> {
              List<LocalityLbEndpoints.Builder> named =
                  places.stream()
                      .filter(left::contains)
                      .filter(place -> Localities.matches(share.getKey(), place.getLocality()))
                      .toList();
              left.removeAll(named);
              split(named, share.getValue());
            });
    left.forEach(LocalityLbEndpoints.Builder::clearLbEndpoints);
  }

  private static void split(List<LocalityLbEndpoints.Builder> named, int share) {
    int total = named.stream().mapToInt(place -> place.getLoadBalancingWeight().getValue()).sum();
    for (LocalityLbEndpoints.Builder place : named) {
      double part = (double) place.getLoadBalancingWeight().getValue() * share / total;
      if (part > 0) {
        place.setLoadBalancingWeight(Protos.uint((int) Math.ceil(part)));
      }
    }
  }
}
