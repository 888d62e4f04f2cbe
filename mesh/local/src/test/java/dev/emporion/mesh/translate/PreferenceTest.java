package dev.emporion.mesh.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.emporion.mesh.istio.LoadBalancer.Distribute;
import dev.emporion.mesh.istio.LoadBalancer.Failover;
import dev.emporion.mesh.istio.LoadBalancer.LocalityLbSetting;
import dev.emporion.mesh.yaml.Where;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PreferenceTest {
  private static final Where WHERE = new Where("test.yaml", 1, "");

  @Test
  void nearerPlacesComeFirstAndNoPriorityIsLeftOut() {
    List<LocalityLbEndpoints.Builder> places = places("eu/b", "us/a", "eu/a/1", "eu/a/2");
    preference(nothing()).apply(places);
    assertThat(priorities(places)).containsExactly(2, 3, 0, 1);
  }

  @Test
  void aRegionToFailOverToComesBeforeOtherRegions() {
    LocalityLbSetting setting =
        new LocalityLbSetting(
            WHERE,
            Optional.empty(),
            List.of(),
            List.of(new Failover(WHERE, "eu", "us")),
            List.of());
    List<LocalityLbEndpoints.Builder> places = places("asia/a", "us/a", "eu/a/1");
    preference(setting).apply(places);
    assertThat(priorities(places)).containsExactly(2, 1, 0);
  }

  @Test
  void aShareIsSplitAndPlacesWithoutOneGetNothing() {
    Distribute rule = new Distribute(WHERE, "eu/a/*", Map.of("eu/*", 80, "us/a", 20));
    LocalityLbSetting setting =
        new LocalityLbSetting(WHERE, Optional.empty(), List.of(rule), List.of(), List.of());
    List<LocalityLbEndpoints.Builder> places = places("eu/a/1", "eu/b", "us/a", "us/b");
    preference(setting).apply(places);
    assertThat(places)
        .extracting(
            place -> place.getLoadBalancingWeight().getValue(),
            LocalityLbEndpoints.Builder::getLbEndpointsCount)
        .containsExactly(tuple(40, 1), tuple(40, 1), tuple(20, 1), tuple(1, 0));
  }

  @Test
  void labelsAreAskedInTheirOrder() {
    LocalityLbSetting setting =
        new LocalityLbSetting(
            WHERE, Optional.empty(), List.of(), List.of(), List.of("version", "node=n1"));
    Preference preference = preference(setting);
    assertThat(preference.step(Map.of("version", "v1", "node", "n1"))).isZero();
    assertThat(preference.step(Map.of("version", "v1"))).isEqualTo(1);
    assertThat(preference.step(Map.of("node", "n1"))).isEqualTo(2);
  }

  private static LocalityLbSetting nothing() {
    return new LocalityLbSetting(WHERE, Optional.empty(), List.of(), List.of(), List.of());
  }

  private static Preference preference(LocalityLbSetting setting) {
    return new Preference(
        Localities.of("eu/a/1"), Map.of("version", "v1"), Optional.of(setting), true);
  }

  private static List<Integer> priorities(List<LocalityLbEndpoints.Builder> places) {
    return places.stream().map(LocalityLbEndpoints.Builder::getPriority).toList();
  }

  private static List<LocalityLbEndpoints.Builder> places(String... names) {
    return Stream.of(names)
        .map(
            name ->
                LocalityLbEndpoints.newBuilder()
                    .setLocality(Localities.of(name))
                    .setLoadBalancingWeight(Protos.uint(1))
                    .addLbEndpoints(LbEndpoint.getDefaultInstance()))
        .toList();
  }
}
