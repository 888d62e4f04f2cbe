package dev.emporion.platform;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.instrumentation.jdbc.datasource.JdbcTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/** OpenTelemetry's SDK, built by hand: autoconfiguration scans the class path for what it finds. */
final class OtlpExport implements AutoCloseable {
  private static final long CLOSE_SECONDS = 5;
  private static final String SCOPE = "dev.emporion.platform";

  private final OpenTelemetrySdk sdk;
  private final Spans spans;
  private final JdbcTelemetry jdbc;

  private OtlpExport(OpenTelemetrySdk sdk) {
    this.sdk = sdk;
    this.spans = new Spans(sdk, SCOPE);
    this.jdbc = JdbcTelemetry.builder(sdk).setDataSourceInstrumenterEnabled(false).build();
  }

  static OtlpExport start(TelemetryConfig config) {
    boolean overGrpc = config.protocol().equals("grpc");
    return start(
        config,
        overGrpc ? grpcSpans(config.endpoint()) : httpSpans(config.endpoint()),
        overGrpc ? grpcMetrics(config.endpoint()) : httpMetrics(config.endpoint()));
  }

  static OtlpExport start(TelemetryConfig config, SpanExporter spans, MetricExporter metrics) {
    Resource resource = resource(config);
    return new OtlpExport(
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .setResource(resource)
                    .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(config.ratio())))
                    .addSpanProcessor(BatchSpanProcessor.builder(spans).build())
                    .build())
            .setMeterProvider(
                SdkMeterProvider.builder()
                    .setResource(resource)
                    .registerMetricReader(PeriodicMetricReader.create(metrics))
                    .build())
            .build());
  }

  Spans spans() {
    return spans;
  }

  DataSource wrap(DataSource source) {
    return jdbc.wrap(source);
  }

  void span(String name, Trace parent, Runnable work) {
    Span span = spans.internal(name, parent);
    try (Scope _ = span.makeCurrent()) {
      io.grpc.Context.current().withValue(Trace.KEY, Trace.of(span.getSpanContext())).run(work);
    } catch (RuntimeException e) {
      span.recordException(e);
      throw e;
    } finally {
      span.end();
    }
  }

  @Override
  public void close() {
    sdk.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
  }

  private static Resource resource(TelemetryConfig config) {
    String version = OtlpExport.class.getPackage().getImplementationVersion();
    var attributes = Attributes.builder();
    config.attributes().forEach(attributes::put);
    attributes.put("service.name", config.service());
    attributes.put("service.version", version == null ? "development" : version);
    return Resource.getDefault().merge(Resource.create(attributes.build()));
  }

  private static SpanExporter grpcSpans(String endpoint) {
    return OtlpGrpcSpanExporter.builder().setEndpoint(endpoint).build();
  }

  private static SpanExporter httpSpans(String endpoint) {
    return OtlpHttpSpanExporter.builder().setEndpoint(endpoint + "/v1/traces").build();
  }

  private static MetricExporter grpcMetrics(String endpoint) {
    return OtlpGrpcMetricExporter.builder().setEndpoint(endpoint).build();
  }

  private static MetricExporter httpMetrics(String endpoint) {
    return OtlpHttpMetricExporter.builder().setEndpoint(endpoint + "/v1/metrics").build();
  }
}
