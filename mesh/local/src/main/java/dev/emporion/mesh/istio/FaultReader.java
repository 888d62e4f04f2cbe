package dev.emporion.mesh.istio;

import dev.emporion.mesh.istio.HttpRoute.Abort;
import dev.emporion.mesh.istio.HttpRoute.Delay;
import dev.emporion.mesh.istio.HttpRoute.Fault;
import dev.emporion.mesh.yaml.Fields;
import dev.emporion.mesh.yaml.Type;
import io.grpc.Status;

final class FaultReader {
  private FaultReader() {}

  static Fault read(Fields fault) {
    Fault read =
        new Fault(
            fault.where(),
            fault.object("delay", FaultReader::delay),
            fault.object("abort", FaultReader::abort));
    fault.atLeastOne("delay", "abort");
    return read;
  }

  private static Delay delay(Fields delay) {
    return new Delay(
        delay.where(),
        delay.required("fixedDelay", Type.DURATION),
        delay.object("percentage", Common::percentage));
  }

  private static Abort abort(Fields abort) {
    Abort read =
        new Abort(
            abort.where(),
            abort.value("httpStatus", Type.integer(200, 599)),
            abort.value("grpcStatus", Type.oneOf(Status.Code.class)).map(Enum::name),
            abort.object("percentage", Common::percentage));
    abort.exactlyOne("httpStatus", "grpcStatus");
    return read;
  }
}
