package dev.emporion.mesh.istio;

import dev.emporion.mesh.istio.Telemetry.AccessLogging;
import dev.emporion.mesh.istio.Telemetry.CustomTag;
import dev.emporion.mesh.istio.Telemetry.Mode;
import dev.emporion.mesh.istio.Telemetry.Tracing;
import dev.emporion.mesh.yaml.Fields;
import dev.emporion.mesh.yaml.Meta;
import dev.emporion.mesh.yaml.Type;
import java.util.List;
import java.util.Optional;

final class TelemetryReader {
  private TelemetryReader() {}

  static Telemetry read(Fields document) {
    Meta meta = Meta.of(document);
    return document.requiredObject(
        "spec",
        spec ->
            new Telemetry(
                meta.where(),
                meta.name(),
                Common.selector(spec, "selector"),
                spec.objects("accessLogging", TelemetryReader::accessLogging),
                spec.objects("tracing", TelemetryReader::tracing)));
  }

  private static AccessLogging accessLogging(Fields logging) {
    return new AccessLogging(
        logging.where(),
        mode(logging),
        providers(logging),
        logging.object("filter", filter -> filter.requiredText("expression")),
        logging.flag("disabled"));
  }

  private static Tracing tracing(Fields tracing) {
    return new Tracing(
        tracing.where(),
        mode(tracing),
        providers(tracing),
        tracing.value("randomSamplingPercentage", Type.PERCENT),
        tracing.flag("disableSpanReporting"),
        tracing.objectMap("customTags", TelemetryReader::customTag));
  }

  private static Mode mode(Fields parent) {
    return parent
        .object("match", match -> match.required("mode", Type.oneOf(Mode.class)))
        .orElse(Mode.CLIENT_AND_SERVER);
  }

  private static List<String> providers(Fields parent) {
    return parent.objects("providers", provider -> provider.requiredText("name"));
  }

  private static CustomTag customTag(Fields tag) {
    Optional<CustomTag> literal =
        tag.object("literal", from -> new CustomTag.Literal(from.requiredText("value")));
    Optional<CustomTag> environment =
        tag.object(
            "environment",
            from ->
                new CustomTag.Environment(from.requiredText("name"), from.text("defaultValue")));
    Optional<CustomTag> header =
        tag.object(
            "header",
            from -> new CustomTag.Header(from.requiredText("name"), from.text("defaultValue")));
    tag.exactlyOne("literal", "environment", "header");
    return literal
        .or(() -> environment)
        .or(() -> header)
        .orElseGet(() -> new CustomTag.Literal(""));
  }
}
