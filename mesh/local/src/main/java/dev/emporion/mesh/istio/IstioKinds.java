package dev.emporion.mesh.istio;

import dev.emporion.mesh.yaml.Fields;
import dev.emporion.mesh.yaml.Kind;
import dev.emporion.mesh.yaml.Kinds;
import java.util.List;
import java.util.function.Function;

/** The kinds of {@code mesh/istio}, and how each is read. */
public final class IstioKinds {
  private static final String NETWORKING = "networking.istio.io/";

  public static final Kinds<IstioKind> ALL =
      new Kinds<>(
          List.of(
              security("AuthorizationPolicy", AuthorizationPolicyReader::read),
              security("PeerAuthentication", AuthenticationReader::peer),
              security("RequestAuthentication", AuthenticationReader::request),
              networking("DestinationRule", DestinationRuleReader::read),
              new Kind<>(List.of(NETWORKING + "v1alpha3"), "EnvoyFilter", EnvoyFilterReader::read),
              networking("Gateway", GatewayReader::read),
              networking("ServiceEntry", ServiceEntryReader::read),
              networking("Sidecar", SidecarReader::read),
              new Kind<>(
                  List.of("telemetry.istio.io/v1", "telemetry.istio.io/v1alpha1"),
                  "Telemetry",
                  TelemetryReader::read),
              networking("VirtualService", VirtualServiceReader::read)),
          List.of("Kustomization"));

  private IstioKinds() {}

  private static <T> Kind<T> networking(String name, Function<Fields, T> reader) {
    return new Kind<>(
        List.of(NETWORKING + "v1", NETWORKING + "v1beta1", NETWORKING + "v1alpha3"), name, reader);
  }

  private static <T> Kind<T> security(String name, Function<Fields, T> reader) {
    return new Kind<>(List.of("security.istio.io/v1", "security.istio.io/v1beta1"), name, reader);
  }
}
