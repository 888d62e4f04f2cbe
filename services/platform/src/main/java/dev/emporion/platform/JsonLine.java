package dev.emporion.platform;

import java.nio.charset.StandardCharsets;

/** Builds one line of JSON. */
final class JsonLine {
  private static final int USUAL_LENGTH = 400;
  private static final int FIRST_PRINTABLE = 0x20;

  private final StringBuilder text = new StringBuilder(USUAL_LENGTH);

  JsonLine(String timestamp) {
    text.append("{\"time\":\"").append(timestamp).append('"');
  }

  void field(String name, Object value) {
    text.append(",\"");
    escaped(name);
    text.append("\":");
    if (value instanceof Number || value instanceof Boolean) {
      text.append(value);
    } else {
      text.append('"');
      escaped(String.valueOf(value));
      text.append('"');
    }
  }

  byte[] end() {
    return text.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  private void escaped(String value) {
    int written = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < FIRST_PRINTABLE || c == '"' || c == '\\') {
        text.append(value, written, i).append(escape(c));
        written = i + 1;
      }
    }
    text.append(value, written, value.length());
  }

  private static String escape(char c) {
    return switch (c) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> String.format("\\u%04x", (int) c);
    };
  }
}
