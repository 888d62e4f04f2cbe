package dev.emporion.mesh.run;

import java.util.ArrayList;
import java.util.List;

/**
 * What the command line and the daemon tell one another: a line of fields. The first says what it
 * is; tabs and line ends within a field are escaped.
 */
public record Message(List<String> fields) {

  public static Message of(String... fields) {
    return new Message(List.of(fields));
  }

  public String kind() {
    return fields.getFirst();
  }

  /** The field at this place, counted from 1, or nothing. */
  public String field(int place) {
    return place < fields.size() ? fields.get(place) : "";
  }

  public List<String> rest() {
    return fields.subList(1, fields.size());
  }

  String line() {
    return String.join("\t", fields.stream().map(Message::escape).toList());
  }

  static Message parse(String line) {
    List<String> fields = new ArrayList<>();
    for (String field : line.split("\t", -1)) {
      fields.add(field.translateEscapes());
    }
    return new Message(fields);
  }

  private static String escape(String field) {
    return field
        .replace("\\", "\\\\")
        .replace("\t", "\\t")
        .replace("\n", "\\n")
        .replace("\r", "\\r");
  }
}
