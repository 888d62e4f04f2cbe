package dev.emporion.mesh.istio;

/** How a header, path or other text is matched. */
public sealed interface StringMatch {
  record Exact(String value) implements StringMatch {}

  record Prefix(String value) implements StringMatch {}

  /** RE2, on the whole value. */
  record Regex(String value) implements StringMatch {}

  /** Written as {@code {}}: any value will do. */
  record Present() implements StringMatch {}
}
