package dev.emporion.mesh.yaml;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The fields of an object that was written. */
public final class Reading implements Fields {
  private final Node.Mapping object;
  private final Problems problems;
  private final Set<String> taken = new LinkedHashSet<>();

  private Reading(Node.Mapping object, Problems problems) {
    this.object = object;
    this.problems = problems;
  }

  /** Reads all of it; fields that the reader did not take are problems. */
  public static <T> T read(Node.Mapping object, Problems problems, Function<Fields, T> reader) {
    Reading fields = new Reading(object, problems);
    T read = reader.apply(fields);
    fields.refuseTheRest();
    return read;
  }

  private void refuseTheRest() {
    object
        .fields()
        .forEach(
            (name, node) -> {
              if (!taken.contains(name)) {
                problems.add(node.where(), "not translated" + Similar.hint(name, taken));
              }
            });
  }

  @Override
  public Where where() {
    return object.where();
  }

  @Override
  public boolean has(String name) {
    return object.fields().containsKey(name);
  }

  @Override
  public <T> Optional<T> value(String name, Type<T> type) {
    return take(name).flatMap(node -> parse(node, type));
  }

  @Override
  public <T> T required(String name, Type<T> type) {
    if (!has(name)) {
      problem(name + " is missing");
    }
    return value(name, type).orElse(type.example());
  }

  @Override
  public <T> List<T> values(String name, Type<T> type) {
    return items(name).stream().flatMap(item -> parse(item, type).stream()).toList();
  }

  @Override
  public <T> Map<String, T> valueMap(String name, Type<T> type) {
    Map<String, T> values = new LinkedHashMap<>();
    members(name)
        .forEach((key, node) -> parse(node, type).ifPresent(value -> values.put(key, value)));
    return values;
  }

  @Override
  public <T> Optional<T> object(String name, Function<Fields, T> reader) {
    return take(name).flatMap(this::mapping).map(mapping -> read(mapping, problems, reader));
  }

  @Override
  public <T> T requiredObject(String name, Function<Fields, T> reader) {
    if (!has(name)) {
      problem(name + " is missing");
    }
    return object(name, reader).orElseGet(() -> nothing(reader));
  }

  /** A stand-in, so that reading goes on: the problem that led here is already told. */
  private <T> T nothing(Function<Fields, T> reader) {
    return read(new Node.Mapping(where(), Map.of()), new Problems(), reader);
  }

  @Override
  public <T> List<T> objects(String name, Function<Fields, T> reader) {
    return items(name).stream()
        .flatMap(item -> mapping(item).stream())
        .map(mapping -> read(mapping, problems, reader))
        .toList();
  }

  @Override
  public <T> Map<String, T> objectMap(String name, Function<Fields, T> reader) {
    Map<String, T> objects = new LinkedHashMap<>();
    members(name)
        .forEach(
            (key, node) ->
                mapping(node)
                    .ifPresent(mapping -> objects.put(key, read(mapping, problems, reader))));
    return objects;
  }

  @Override
  public Optional<Node> anything(String name) {
    return take(name);
  }

  @Override
  public void passOver(String... names) {
    taken.addAll(List.of(names));
  }

  @Override
  public void problem(String what) {
    problems.add(where(), what);
  }

  @Override
  public void problem(String name, String what) {
    Node field = object.fields().get(name);
    problems.add(field == null ? where() : field.where(), what);
  }

  private Optional<Node> take(String name) {
    taken.add(name);
    Node node = object.fields().get(name);
    if (node instanceof Node.Scalar scalar && scalar.value() == null) {
      problems.add(node.where(), "has no value: give it one, or drop it");
      return Optional.empty();
    }
    return Optional.ofNullable(node);
  }

  private List<Node> items(String name) {
    Optional<Node> node = take(name);
    if (node.isPresent() && !(node.get() instanceof Node.Sequence)) {
      problem(name, "must be a list");
    } else if (node.isPresent() && ((Node.Sequence) node.get()).items().isEmpty()) {
      problem(name, "is empty: say what belongs there, or drop it");
    }
    return node.filter(Node.Sequence.class::isInstance)
        .map(list -> ((Node.Sequence) list).items())
        .orElse(List.of());
  }

  private Map<String, Node> members(String name) {
    return take(name).flatMap(this::mapping).map(Node.Mapping::fields).orElse(Map.of());
  }

  private Optional<Node.Mapping> mapping(Node node) {
    if (node instanceof Node.Mapping mapping) {
      return Optional.of(mapping);
    }
    problems.add(node.where(), "must be an object");
    return Optional.empty();
  }

  private <T> Optional<T> parse(Node node, Type<T> type) {
    Optional<T> value =
        node instanceof Node.Scalar scalar ? type.parse().apply(scalar) : Optional.empty();
    if (value.isEmpty()) {
      problems.add(node.where(), "must be " + type.what() + instead(node));
    }
    return value;
  }

  private static String instead(Node node) {
    return switch (node) {
      case Node.Scalar scalar when scalar.value() instanceof String ->
          ", not \"" + scalar.text() + "\"";
      case Node.Scalar scalar -> ", not " + scalar.text() + " (unquoted)";
      case Node.Sequence _ -> ", not a list";
      case Node.Mapping _ -> ", not an object";
    };
  }
}
