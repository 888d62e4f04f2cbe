package dev.emporion.mesh.istio;

import dev.emporion.mesh.yaml.Where;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is logged and traced.
 *
 * @param selector labels of the pods; empty for all of the namespace
 */
public record Telemetry(
    Where where,
    String name,
    Map<String, String> selector,
    List<AccessLogging> accessLogging,
    List<Tracing> tracing)
    implements IstioKind {

  /** Which side of a call. */
  public enum Mode {
    CLIENT_AND_SERVER,
    CLIENT,
    SERVER
  }

  /**
   * @param providers names of the mesh configuration's
   * @param filter a CEL expression
   */
  public record AccessLogging(
      Where where,
      Mode mode,
      List<String> providers,
      Optional<String> filter,
      Optional<Boolean> disabled) {}

  /**
   * @param providers names of the mesh configuration's
   * @param randomSamplingPercentage 0 to 100
   */
  public record Tracing(
      Where where,
      Mode mode,
      List<String> providers,
      Optional<Double> randomSamplingPercentage,
      Optional<Boolean> disableSpanReporting,
      Map<String, CustomTag> customTags) {}

  /** Where a tag's value comes from. */
  public sealed interface CustomTag {
    record Literal(String value) implements CustomTag {}

    record Environment(String name, Optional<String> defaultValue) implements CustomTag {}

    record Header(String name, Optional<String> defaultValue) implements CustomTag {}
  }
}
