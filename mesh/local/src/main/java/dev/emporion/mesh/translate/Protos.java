package dev.emporion.mesh.translate;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.util.Durations;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.envoyproxy.envoy.type.v3.FractionalPercent.DenominatorType;
import io.envoyproxy.envoy.type.v3.Percent;

/** Short words for the protobufs that nearly every translation needs. */
final class Protos {
  static final BoolValue TRUE = BoolValue.of(true);
  static final BoolValue FALSE = BoolValue.of(false);
  static final Duration NONE = Durations.ZERO;

  private Protos() {}

  static Any any(Message message) {
    return Any.pack(message);
  }

  static UInt32Value uint(int value) {
    return UInt32Value.of(value);
  }

  static Duration duration(java.time.Duration duration) {
    return Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }

  static Percent percent(double value) {
    return Percent.newBuilder().setValue(value).build();
  }

  /** Istio keeps four digits after the point. */
  static FractionalPercent millionths(double percent) {
    return FractionalPercent.newBuilder()
        .setNumerator((int) (percent * 10_000))
        .setDenominator(DenominatorType.MILLION)
        .build();
  }

  static RuntimeFractionalPercent fraction(double percent) {
    return RuntimeFractionalPercent.newBuilder().setDefaultValue(millionths(percent)).build();
  }

  /** By the stream that this Envoy has open to us anyway. */
  static ConfigSource ads() {
    return ConfigSource.newBuilder()
        .setAds(AggregatedConfigSource.getDefaultInstance())
        .setResourceApiVersion(ApiVersion.V3)
        .setInitialFetchTimeout(NONE)
        .build();
  }

  static io.envoyproxy.envoy.config.core.v3.Address address(
      dev.emporion.mesh.model.Address address) {
    return address(address.host(), address.port());
  }

  static io.envoyproxy.envoy.config.core.v3.Address address(String host, int port) {
    return io.envoyproxy.envoy.config.core.v3.Address.newBuilder()
        .setSocketAddress(SocketAddress.newBuilder().setAddress(host).setPortValue(port))
        .build();
  }
}
