package dev.emporion.platform;

import io.grpc.Context;
import io.grpc.Metadata;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The place of the running work in its distributed trace, by the ids of W3C Trace Context. It is
 * there whether or not traces are exported, so that logs of several services can be put together.
 *
 * @param traceId 32 hexadecimal digits; empty outside of any trace
 * @param spanId 16 hexadecimal digits; empty outside of any trace
 * @param sampled whether the caller records this trace
 */
public record Trace(String traceId, String spanId, boolean sampled) {
  static final Metadata.Key<String> HEADER =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

  private static final Trace NONE = new Trace("", "", false);
  static final Context.Key<Trace> KEY = Context.keyWithDefault("emporion-trace", NONE);

  private static final HexFormat HEX = HexFormat.of();
  private static final int HEADER_LENGTH = 55; // 00-<32>-<16>-<2>
  private static final int TRACE_AT = 3;
  private static final int SPAN_AT = 36;
  private static final int FLAGS_AT = 53;

  /** The trace of the RPC or saga that this thread works for. */
  public static Trace current() {
    return KEY.get();
  }

  public boolean exists() {
    return !traceId.isEmpty();
  }

  /** The value of a {@code traceparent} header, or null outside of any trace. */
  public String traceParent() {
    return exists() ? "00-" + traceId + "-" + spanId + (sampled ? "-01" : "-00") : null;
  }

  /** A span below the given {@code traceparent}; of a new trace if that is null or unreadable. */
  static Trace continued(String traceParent) {
    Trace parent = parse(traceParent);
    String traceId = parent.exists() ? parent.traceId : newId() + newId();
    return new Trace(traceId, newId(), parent.sampled);
  }

  /** Reads {@code 00-<trace>-<span>-<flags>}; no trace if it is null or unreadable. */
  static Trace parse(String traceParent) {
    if (traceParent == null || traceParent.length() < HEADER_LENGTH) {
      return NONE;
    }
    String traceId = traceParent.substring(TRACE_AT, SPAN_AT - 1);
    String spanId = traceParent.substring(SPAN_AT, FLAGS_AT - 1);
    if (!TraceId.isValid(traceId) || !SpanId.isValid(spanId)) {
      return NONE;
    }
    boolean sampled = (traceParent.charAt(FLAGS_AT + 1) & 1) == 1;
    return new Trace(traceId, spanId, sampled);
  }

  /** As the parent of a span. */
  io.opentelemetry.context.Context asContext() {
    var flags = sampled ? TraceFlags.getSampled() : TraceFlags.getDefault();
    var span = SpanContext.createFromRemoteParent(traceId, spanId, flags, TraceState.getDefault());
    return io.opentelemetry.context.Context.root().with(Span.wrap(span));
  }

  static Trace of(SpanContext span) {
    return new Trace(span.getTraceId(), span.getSpanId(), span.isSampled());
  }

  private static String newId() {
    return HEX.toHexDigits(ThreadLocalRandom.current().nextLong() | 1); // never all zero
  }
}
