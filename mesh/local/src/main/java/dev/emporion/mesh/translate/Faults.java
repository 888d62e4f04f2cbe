package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.HttpRoute.Abort;
import dev.emporion.mesh.istio.HttpRoute.Delay;
import dev.emporion.mesh.istio.HttpRoute.Fault;
import io.envoyproxy.envoy.extensions.filters.common.fault.v3.FaultDelay;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.FaultAbort;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.grpc.Status;

/** Delays and aborts, put in on purpose. */
final class Faults {
  private Faults() {}

  static HTTPFault of(Fault fault) {
    HTTPFault.Builder out = HTTPFault.newBuilder();
    fault.delay().ifPresent(delay -> out.setDelay(delay(delay)));
    fault.abort().map(Faults::abort).ifPresent(out::setAbort);
    return out.build();
  }

  /** Without a percentage Istio reads its old integer one, which is zero: no delay at all. */
  private static FaultDelay delay(Delay delay) {
    return FaultDelay.newBuilder()
        .setFixedDelay(Protos.duration(delay.fixedDelay()))
        .setPercentage(Protos.millionths(delay.percentage().orElse(0.0)))
        .build();
  }

  private static FaultAbort abort(Abort abort) {
    FaultAbort.Builder out = FaultAbort.newBuilder();
    abort.percentage().map(Protos::millionths).ifPresent(out::setPercentage);
    abort.httpStatus().ifPresent(out::setHttpStatus);
    abort
        .grpcStatus()
        .map(Status.Code::valueOf)
        .map(Status.Code::value)
        .ifPresent(out::setGrpcStatus);
    return out.build();
  }
}
