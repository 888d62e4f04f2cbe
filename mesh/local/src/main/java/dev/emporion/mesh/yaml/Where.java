package dev.emporion.mesh.yaml;

/**
 * The place of a value.
 *
 * @param file as a person would name it: {@code mesh/istio/orders/timeouts.yaml}
 * @param line counted from 1
 * @param path of the field in its document: {@code spec.http[0].retries}; empty for the document
 */
public record Where(String file, int line, String path) {

  /** One problem at this place. */
  public Problem problem(String what) {
    return new Problem(this, what);
  }

  /** {@code file:line: path}. */
  @Override
  public String toString() {
    return file + ":" + line + (path.isEmpty() ? "" : ": " + path);
  }
}
