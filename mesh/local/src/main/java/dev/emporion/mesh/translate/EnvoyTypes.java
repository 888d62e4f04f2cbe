package dev.emporion.mesh.translate;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.JsonFormat.TypeRegistry;
import dev.emporion.mesh.yaml.Node;
import dev.emporion.mesh.yaml.Problems;
import dev.emporion.mesh.yaml.Where;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Envoy's own configuration, written as YAML: read by its protobufs, to the last field. */
final class EnvoyTypes {
  private static final String PREFIX = "type.googleapis.com/";
  private static final Pattern FIELD = Pattern.compile("field: (\\w+)");

  private EnvoyTypes() {}

  /** Empty, and a problem that names the line, if it is not what Envoy knows. */
  static Optional<Message> read(Node value, Message.Builder into, Problems problems) {
    TypeRegistry.Builder types = TypeRegistry.newBuilder();
    if (!addTypes(value, types, problems)) {
      return Optional.empty();
    }
    try {
      JsonFormat.parser().usingTypeRegistry(types.build()).merge(value.json(), into);
      return Optional.of(into.build());
    } catch (InvalidProtocolBufferException e) {
      problems.add(place(value, e.getMessage()), "Envoy does not know this: " + e.getMessage());
      return Optional.empty();
    }
  }

  private static boolean addTypes(Node node, TypeRegistry.Builder types, Problems problems) {
    boolean known = true;
    if (node instanceof Node.Mapping mapping
        && mapping.fields().get("@type") instanceof Node.Scalar type) {
      Optional<Message> message = type(type.text());
      message.map(Message::getDescriptorForType).ifPresent(types::add);
      if (message.isEmpty()) {
        problems.add(type.where(), "Envoy has no type " + type.text());
        known = false;
      }
    }
    for (Node child : children(node)) {
      known &= addTypes(child, types, problems);
    }
    return known;
  }

  private static Iterable<Node> children(Node node) {
    return switch (node) {
      case Node.Mapping mapping -> mapping.fields().values();
      case Node.Sequence sequence -> sequence.items();
      case Node.Scalar _ -> List.of();
    };
  }

  /** An empty message of a type. Envoy's Java classes are named as its types, but for a prefix. */
  private static Optional<Message> type(String url) {
    String name = url.substring(url.lastIndexOf('/') + 1);
    return Stream.of("io.envoyproxy.", "com.github.", "com.")
        .filter(prefix -> url.startsWith(PREFIX))
        .flatMap(prefix -> message(prefix + name).stream())
        .filter(message -> message.getDescriptorForType().getFullName().equals(name))
        .findFirst();
  }

  private static Optional<Message> message(String className) {
    try {
      Class<? extends Message> type = Class.forName(className).asSubclass(Message.class);
      return Optional.of(com.google.protobuf.Internal.getDefaultInstance(type));
    } catch (ClassNotFoundException | ClassCastException e) {
      return Optional.empty();
    }
  }

  /** Empty if it is of a type that we do not have. */
  static Optional<Message> unpack(Any any) {
    return type(any.getTypeUrl()).flatMap(type -> parse(type, any));
  }

  private static Optional<Message> parse(Message type, Any any) {
    try {
      return Optional.of(type.newBuilderForType().mergeFrom(any.getValue()).build());
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  /** The line of the field that a message speaks of, or else of the whole value. */
  private static Where place(Node value, String message) {
    Matcher field = FIELD.matcher(message);
    return field.find() ? find(value, field.group(1)).orElse(value.where()) : value.where();
  }

  private static Optional<Where> find(Node node, String field) {
    if (node instanceof Node.Mapping mapping && mapping.fields().containsKey(field)) {
      return Optional.of(mapping.fields().get(field).where());
    }
    for (Node child : children(node)) {
      Optional<Where> found = find(child, field);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }
}
