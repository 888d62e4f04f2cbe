package dev.emporion.mesh.yaml;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The fields of an object, taken by name. What nobody took is an error: it was not translated.
 *
 * <p>A reader is a function from this to a record. It takes every field that it knows, each time,
 * whatever the others say, and goes on after a problem: so the same function, given a {@link
 * Describing}, tells which fields there are.
 */
public sealed interface Fields permits Reading, Describing {

  Where where();

  /** Whether the field is there. */
  boolean has(String name);

  <T> Optional<T> value(String name, Type<T> type);

  /** Absent is a problem, and gives the type's example. */
  <T> T required(String name, Type<T> type);

  <T> List<T> values(String name, Type<T> type);

  <T> Map<String, T> valueMap(String name, Type<T> type);

  <T> Optional<T> object(String name, Function<Fields, T> reader);

  /** Absent is a problem. */
  <T> T requiredObject(String name, Function<Fields, T> reader);

  <T> List<T> objects(String name, Function<Fields, T> reader);

  <T> Map<String, T> objectMap(String name, Function<Fields, T> reader);

  /** Whatever it is, unread. */
  Optional<Node> anything(String name);

  /** Fields that mean something on a cluster only. */
  void passOver(String... names);

  /** A problem of the whole object. */
  void problem(String what);

  /** A problem of one field; of the object if the field is absent. */
  void problem(String name, String what);

  default Optional<String> text(String name) {
    return value(name, Type.TEXT);
  }

  default String requiredText(String name) {
    return required(name, Type.TEXT);
  }

  default Optional<Boolean> flag(String name) {
    return value(name, Type.BOOLEAN);
  }

  default List<String> texts(String name) {
    return values(name, Type.TEXT);
  }

  default Map<String, String> textMap(String name) {
    return valueMap(name, Type.TEXT);
  }

  /** To be called after the fields were taken. */
  default void atMostOne(String... names) {
    List<String> given = Arrays.stream(names).filter(this::has).toList();
    if (given.size() > 1) {
      problem(given.getLast(), "not together with " + given.getFirst());
    }
  }

  /** To be called after the fields were taken. */
  default void exactlyOne(String... names) {
    atMostOne(names);
    atLeastOne(names);
  }

  /** To be called after the fields were taken. */
  default void atLeastOne(String... names) {
    if (Arrays.stream(names).noneMatch(this::has)) {
      problem(
          names.length == 1
              ? names[0] + " is missing"
              : "one of " + String.join(", ", names) + " is missing");
    }
  }
}
