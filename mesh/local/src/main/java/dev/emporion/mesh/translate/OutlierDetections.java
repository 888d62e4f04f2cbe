package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.OutlierDetection;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import java.util.Optional;

/** When an instance is left out for a while. By success rate never: Istio turns that off. */
final class OutlierDetections {
  private OutlierDetections() {}

  static void apply(Cluster.Builder cluster, Optional<OutlierDetection> detection) {
    detection.ifPresent(
        said -> {
          cluster.setOutlierDetection(of(said));
          panic(cluster, said.minHealthPercent().orElse(0));
        });
  }

  /** Envoy would balance to ejected ones too once half are; with few pods that is too soon. */
  private static void panic(Cluster.Builder cluster, int minHealthPercent) {
    if (minHealthPercent >= 0) {
      cluster.getCommonLbConfigBuilder().setHealthyPanicThreshold(Protos.percent(minHealthPercent));
    }
  }

  private static io.envoyproxy.envoy.config.cluster.v3.OutlierDetection of(OutlierDetection said) {
    var out = io.envoyproxy.envoy.config.cluster.v3.OutlierDetection.newBuilder();
    out.setEnforcingSuccessRate(Protos.uint(0));
    said.consecutive5xxErrors()
        .ifPresent(
            errors ->
                out.setConsecutive5Xx(Protos.uint(errors))
                    .setEnforcingConsecutive5Xx(share(errors)));
    said.consecutiveGatewayErrors()
        .ifPresent(
            errors ->
                out.setConsecutiveGatewayFailure(Protos.uint(errors))
                    .setEnforcingConsecutiveGatewayFailure(share(errors)));
    said.interval().map(Protos::duration).ifPresent(out::setInterval);
    said.baseEjectionTime().map(Protos::duration).ifPresent(out::setBaseEjectionTime);
    said.maxEjectionPercent()
        .filter(most -> most > 0)
        .map(Protos::uint)
        .ifPresent(out::setMaxEjectionPercent);
    if (said.splitExternalLocalOriginErrors().orElse(false)) {
      localOrigin(out, said.consecutiveLocalOriginFailures().orElse(0));
    }
    return out.build();
  }

  private static com.google.protobuf.UInt32Value share(int errors) {
    return Protos.uint(errors > 0 ? 100 : 0);
  }

  /** What goes wrong before the server answers at all. */
  private static void localOrigin(
      io.envoyproxy.envoy.config.cluster.v3.OutlierDetection.Builder out, int failures) {
    out.setSplitExternalLocalOriginErrors(true).setEnforcingLocalOriginSuccessRate(Protos.uint(0));
    if (failures > 0) {
      out.setConsecutiveLocalOriginFailure(Protos.uint(failures))
          .setEnforcingConsecutiveLocalOriginFailure(Protos.uint(100));
    }
  }
}
