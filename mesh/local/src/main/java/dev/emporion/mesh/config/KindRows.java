package dev.emporion.mesh.config;

import dev.emporion.mesh.yaml.Describing.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A kind's rows of the table: one for each object that is too large to be told in a word. */
final class KindRows {
  private static final int MAX_VALUES = 8;
  private static final int MAX_INLINE = 4;

  private final List<Row> rows = new ArrayList<>();

  /** Objects that were told, so that the next place can refer to the first. */
  private final Map<List<Field>, String> told = new HashMap<>();

  private KindRows() {}

  /** Both in Markdown. */
  record Row(String object, String fields) {}

  static List<Row> of(List<Field> fields) {
    KindRows rows = new KindRows();
    List<Field> top = read(fields);
    if (top.size() == 1) {
      rows.add(top.getFirst().name(), top.getFirst().members());
    } else if (!top.isEmpty()) {
      rows.add("", top);
    }
    return rows.rows.isEmpty() ? List.of(new Row("", code("metadata.name"))) : rows.rows;
  }

  /** Without what is passed over; an object of one field is told as that field. */
  private static List<Field> read(List<Field> fields) {
    return fields.stream()
        .filter(field -> !isPassedOver(field))
        .map(field -> new Field(field.name(), field.values(), read(field.members()), false))
        .map(KindRows::unwrapped)
        .toList();
  }

  private static boolean isPassedOver(Field field) {
    List<Field> members = field.members();
    return field.passedOver()
        || !members.isEmpty() && members.stream().allMatch(KindRows::isPassedOver);
  }

  private static Field unwrapped(Field field) {
    if (field.members().size() != 1) {
      return field;
    }
    Field only = field.members().getFirst();
    return new Field(field.name() + "." + only.name(), only.values(), only.members(), false);
  }

  private void add(String object, List<Field> fields) {
    List<Field> within = new ArrayList<>();
    for (Field field : fields) {
      if (isLarge(field) && told.putIfAbsent(field.members(), path(object, field)) == null) {
        within.add(field);
      }
    }
    String names =
        fields.stream().map(field -> told(field, within)).collect(Collectors.joining(", "));
    rows.add(new Row(code(object), names));
    within.forEach(field -> add(path(object, field), field.members()));
  }

  private static String path(String object, Field field) {
    return object.isEmpty() ? field.name() : object + "." + field.name();
  }

  private static boolean isLarge(Field field) {
    return field.members().size() > MAX_INLINE
        || field.members().stream().anyMatch(member -> !member.members().isEmpty());
  }

  private String told(Field field, List<Field> within) {
    if (isLarge(field) && !within.contains(field)) {
      return code(field.name()) + " (as " + code(told.get(field.members())) + ")";
    }
    return isLarge(field) ? code(field.name()) : inline(field);
  }

  private static String inline(Field field) {
    String members =
        field.members().stream().map(KindRows::inline).collect(Collectors.joining(", ", " {", "}"));
    return code(field.name()) + values(field) + (field.members().isEmpty() ? "" : members);
  }

  private static String values(Field field) {
    long count = field.values().chars().filter(character -> character == ',').count() + 1;
    return field.values().isEmpty() || count > MAX_VALUES ? "" : " (" + field.values() + ")";
  }

  static String code(String text) {
    return text.isEmpty() ? "" : "`" + text + "`";
  }
}
