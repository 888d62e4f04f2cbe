package dev.emporion.mesh.yaml;

import java.util.Map;
import java.util.stream.Collectors;

/** JSON from a node: what YAML and protobuf have in common. */
final class Json {
  private Json() {}

  static String write(Node node) {
    return switch (node) {
      case Node.Scalar scalar -> scalar(scalar.value());
      case Node.Sequence sequence ->
          sequence.items().stream().map(Json::write).collect(Collectors.joining(",", "[", "]"));
      case Node.Mapping mapping ->
          mapping.fields().entrySet().stream()
              .map(Json::field)
              .collect(Collectors.joining(",", "{", "}"));
    };
  }

  private static String field(Map.Entry<String, Node> field) {
    return quote(field.getKey()) + ":" + write(field.getValue());
  }

  private static String scalar(Object value) {
    return value instanceof String text ? quote(text) : String.valueOf(value);
  }

  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.chars().forEach(character -> append(quoted, (char) character));
    return quoted.append('"').toString();
  }

  private static void append(StringBuilder quoted, char character) {
    if (character == '"' || character == '\\') {
      quoted.append('\\').append(character);
    } else if (character < ' ') {
      quoted.append(String.format("\\u%04x", (int) character));
    } else {
      quoted.append(character);
    }
  }
}
