package dev.emporion.mesh.yaml;

import java.util.List;
import java.util.Map;

/** A YAML value and its place. Anchors are resolved; keys are text, each once, in their order. */
public sealed interface Node {
  Where where();

  /**
   * @param value as YAML 1.2's core schema understands it: String, Boolean, Integer, Long,
   *     BigInteger, Double, or null
   * @param text as it was written, without quotes
   */
  record Scalar(Where where, Object value, String text) implements Node {}

  record Sequence(Where where, List<Node> items) implements Node {}

  record Mapping(Where where, Map<String, Node> fields) implements Node {}

  /** The value as JSON, as protobuf's JsonFormat reads it. */
  default String json() {
    return Json.write(this);
  }
}
