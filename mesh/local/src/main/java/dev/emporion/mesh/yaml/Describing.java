package dev.emporion.mesh.yaml;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Pretends that every field is there, once, and remembers which were asked for. */
public final class Describing implements Fields {
  private static final Where NOWHERE = new Where("", 0, "");

  private final Map<String, Field> fields = new LinkedHashMap<>();

  private Describing() {}

  /**
   * A field that a reader takes.
   *
   * @param name with {@code []} for a list and {@code {}} for a map
   * @param values that it may have, if they are few
   * @param members of an object; empty for a value
   */
  public record Field(String name, String values, List<Field> members, boolean passedOver) {}

  /** What the reader takes. */
  public static List<Field> fieldsOf(Function<Fields, ?> reader) {
    Describing described = new Describing();
    reader.apply(described);
    return List.copyOf(described.fields.values());
  }

  @Override
  public Where where() {
    return NOWHERE;
  }

  @Override
  public boolean has(String name) {
    return true;
  }

  @Override
  public <T> Optional<T> value(String name, Type<T> type) {
    return Optional.of(leaf(name, "", type));
  }

  @Override
  public <T> T required(String name, Type<T> type) {
    return leaf(name, "", type);
  }

  @Override
  public <T> List<T> values(String name, Type<T> type) {
    return List.of(leaf(name, "[]", type));
  }

  @Override
  public <T> Map<String, T> valueMap(String name, Type<T> type) {
    return Map.of("key", leaf(name, "{}", type));
  }

  @Override
  public <T> Optional<T> object(String name, Function<Fields, T> reader) {
    return Optional.of(branch(name, "", reader));
  }

  @Override
  public <T> T requiredObject(String name, Function<Fields, T> reader) {
    return branch(name, "", reader);
  }

  @Override
  public <T> List<T> objects(String name, Function<Fields, T> reader) {
    return List.of(branch(name, "[]", reader));
  }

  @Override
  public <T> Map<String, T> objectMap(String name, Function<Fields, T> reader) {
    return Map.of("key", branch(name, "{}", reader));
  }

  @Override
  public Optional<Node> anything(String name) {
    add(new Field(name, "", List.of(), false));
    return Optional.of(new Node.Mapping(NOWHERE, Map.of()));
  }

  @Override
  public void passOver(String... names) {
    for (String name : names) {
      add(new Field(name, "", List.of(), true));
    }
  }

  @Override
  public void problem(String what) {
    // every field at once is a contradiction, and here it is meant to be
  }

  @Override
  public void problem(String name, String what) {
    // as above
  }

  private <T> T leaf(String name, String suffix, Type<T> type) {
    add(new Field(name + suffix, type.values(), List.of(), false));
    return type.example();
  }

  private <T> T branch(String name, String suffix, Function<Fields, T> reader) {
    Describing members = new Describing();
    T example = reader.apply(members);
    add(new Field(name + suffix, "", List.copyOf(members.fields.values()), false));
    return example;
  }

  private void add(Field field) {
    fields.putIfAbsent(field.name(), field);
  }
}
