package dev.emporion.platform;

import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.EnumSet;
import java.util.Set;

/**
 * A span and a measurement of each RPC, as OpenTelemetry's semantic conventions for gRPC have them.
 *
 * <p>Not by OpenTelemetry's library for gRPC: by its mere presence on the class path that replaces
 * the storage of gRPC's context by one several times as slow, whether anything is exported or not.
 */
final class Spans {
  private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("rpc.system");
  private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("rpc.service");
  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("rpc.method");
  private static final AttributeKey<Long> CODE = AttributeKey.longKey("rpc.grpc.status_code");
  private static final double NANOS_PER_MILLI = 1e6;

  /** What is the server's fault, by the conventions; to a client every failure is an error. */
  private static final Set<Status.Code> SERVER_ERRORS =
      EnumSet.of(
          Status.Code.UNKNOWN,
          Status.Code.DEADLINE_EXCEEDED,
          Status.Code.UNIMPLEMENTED,
          Status.Code.INTERNAL,
          Status.Code.UNAVAILABLE,
          Status.Code.DATA_LOSS);

  private final Tracer tracer;
  private final DoubleHistogram serverMillis;
  private final DoubleHistogram clientMillis;

  Spans(OpenTelemetry telemetry, String scope) {
    tracer = telemetry.getTracer(scope);
    Meter meter = telemetry.getMeter(scope);
    serverMillis = meter.histogramBuilder("rpc.server.duration").setUnit("ms").build();
    clientMillis = meter.histogramBuilder("rpc.client.duration").setUnit("ms").build();
  }

  /** A call that came in. */
  Call server(MethodDescriptor<?, ?> method, Trace parent) {
    return new Call(method, SpanKind.SERVER, parent, serverMillis);
  }

  /** A call that goes out, below the work at hand. */
  Call client(MethodDescriptor<?, ?> method) {
    return new Call(method, SpanKind.CLIENT, Trace.current(), clientMillis);
  }

  /** Work that is no call. */
  Span internal(String name, Trace parent) {
    return tracer.spanBuilder(name).setParent(parent.asContext()).startSpan();
  }

  /** One running call. */
  final class Call {
    private final Span span;
    private final SpanKind kind;
    private final DoubleHistogram millis;
    private final Attributes attributes;
    private final long startNanos = System.nanoTime();

    private Call(
        MethodDescriptor<?, ?> method, SpanKind kind, Trace parent, DoubleHistogram millis) {
      this.kind = kind;
      this.millis = millis;
      this.attributes =
          Attributes.of(
              SYSTEM, "grpc", SERVICE, method.getServiceName(), METHOD, method.getBareMethodName());
      this.span =
          tracer
              .spanBuilder(method.getFullMethodName())
              .setSpanKind(kind)
              .setParent(parent.asContext())
              .setAllAttributes(attributes)
              .startSpan();
    }

    Trace trace() {
      return Trace.of(span.getSpanContext());
    }

    /** For instrumentation that looks for its parent there: JDBC's. */
    Context context() {
      return Context.root().with(span);
    }

    void end(Status status) {
      long code = status.getCode().value();
      boolean failed =
          kind == SpanKind.SERVER ? SERVER_ERRORS.contains(status.getCode()) : !status.isOk();
      if (failed) {
        span.setStatus(StatusCode.ERROR);
      }
      span.setAttribute(CODE, code);
      span.end();
      millis.record(
          (System.nanoTime() - startNanos) / NANOS_PER_MILLI,
          attributes.toBuilder().put(CODE, code).build(),
          context());
    }
  }
}
