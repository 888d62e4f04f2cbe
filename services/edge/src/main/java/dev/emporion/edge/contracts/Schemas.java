package dev.emporion.edge.contracts;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Messages and enums as JSON schemas, in the form that proto3 gives them as JSON. Each becomes a
 * component of the document, named as in the contracts without {@code emporion.}, when something
 * first refers to it.
 */
final class Schemas {
  private static final String COMPONENTS = "#/components/schemas/";
  private static final String OWN_PACKAGE = "emporion.";

  /** Types that have a form of their own in JSON. */
  private static final Map<String, JsonObject> WELL_KNOWN =
      Map.of(
          "google.protobuf.Timestamp", Json.object("type", "string", "format", "date-time"),
          "google.protobuf.Duration",
              Json.object("type", "string", "pattern", "^-?[0-9]+(\\.[0-9]{1,9})?s$"),
          "google.protobuf.FieldMask", Json.object("type", "string"),
          "google.protobuf.Any", Json.object("type", "object"));

  private final Contracts contracts;
  private final Map<String, JsonObject> components = new TreeMap<>();

  Schemas(Contracts contracts) {
    this.contracts = contracts;
  }

  /** All that was referred to, by name. */
  JsonObject components() {
    var all = new JsonObject();
    components.forEach(all::add);
    return all;
  }

  JsonObject reference(Descriptor message) {
    if (WELL_KNOWN.containsKey(message.getFullName())) {
      return WELL_KNOWN.get(message.getFullName()).deepCopy();
    }
    return reference(message, message.getFullName(), () -> object(message, Set.of()));
  }

  /**
   * The body of a request: its message without what the path already says. What a request must have
   * is said here and not in the messages inside it, which updates send in parts.
   */
  JsonObject body(Descriptor request, Set<String> inPath) {
    return reference(
        request,
        request.getFullName(),
        () -> {
          var body = object(request, inPath);
          var required = new JsonArray();
          request.getFields().stream()
              .filter(field -> !inPath.contains(field.getName()) && Bounds.isRequired(field))
              .forEach(field -> required.add(field.getName()));
          if (!required.isEmpty()) {
            body.add("required", required);
          }
          return body;
        });
  }

  private JsonObject reference(GenericDescriptor to, String fullName, Supplier<JsonObject> schema) {
    String name =
        fullName.startsWith(OWN_PACKAGE) ? fullName.substring(OWN_PACKAGE.length()) : fullName;
    if (!components.containsKey(name)) {
      components.put(name, new JsonObject()); // a message may contain itself
      components.put(name, described(schema.get(), contracts.comment(to)));
    }
    return Json.object("$ref", COMPONENTS + name);
  }

  private JsonObject object(Descriptor message, Set<String> without) {
    var properties = new JsonObject();
    for (FieldDescriptor field : message.getFields()) {
      if (!without.contains(field.getName())) {
        properties.add(field.getName(), property(field));
      }
    }
    var schema = Json.object("type", "object");
    schema.add("properties", properties);
    return schema;
  }

  /** A field with its comment and its bounds. */
  JsonObject property(FieldDescriptor field) {
    return described(value(field), contracts.comment(field));
  }

  /** The same without the comment, for a parameter, which has it beside the schema. */
  JsonObject value(FieldDescriptor field) {
    if (field.isMapField()) {
      var map = Json.object("type", "object");
      map.add("additionalProperties", single(field.getMessageType().findFieldByName("value")));
      return Bounds.add(map, field);
    }
    if (field.isRepeated()) {
      var array = Json.object("type", "array");
      array.add("items", Bounds.addOfItem(single(field), field));
      return Bounds.add(array, field);
    }
    return Bounds.add(single(field), field);
  }

  private JsonObject single(FieldDescriptor field) {
    return switch (field.getType()) {
      case MESSAGE, GROUP -> reference(field.getMessageType());
      case ENUM -> enumeration(field.getEnumType());
      case BOOL -> Json.object("type", "boolean");
      case STRING -> Json.object("type", "string");
      case BYTES -> Json.object("type", "string", "format", "byte");
      case FLOAT -> Json.object("type", "number", "format", "float");
      case DOUBLE -> Json.object("type", "number", "format", "double");
      case INT32, SINT32, SFIXED32 -> Json.object("type", "integer", "format", "int32");
      case UINT32, FIXED32 -> Json.object("type", "integer", "format", "int64");
      // A string in JSON, because JavaScript's numbers lose the last digits.
      case INT64, SINT64, SFIXED64 -> Json.object("type", "string", "format", "int64");
      case UINT64, FIXED64 -> Json.object("type", "string", "format", "uint64");
    };
  }

  private JsonObject enumeration(EnumDescriptor type) {
    return reference(
        type,
        type.getFullName(),
        () -> {
          var names = new JsonArray();
          type.getValues().forEach(value -> names.add(value.getName()));
          var schema = Json.object("type", "string");
          schema.add("enum", names);
          schema.addProperty("description", contracts.comment(type) + "\n\n" + values(type, ""));
          return schema;
        });
  }

  /** An enum's constants with what each means, as a list in Markdown. */
  String values(EnumDescriptor type, String withoutPrefix) {
    return type.getValues().stream()
        .filter(value -> value.getNumber() != 0)
        .map(value -> "- `" + shortName(value, withoutPrefix) + "`: " + contracts.comment(value))
        .collect(Collectors.joining("\n"));
  }

  private static String shortName(EnumValueDescriptor value, String prefix) {
    return value.getName().substring(prefix.length());
  }

  /** In OpenAPI 3.0 nothing may stand beside a reference, so it is wrapped. */
  private static JsonObject described(JsonObject schema, String comment) {
    if (comment.isEmpty() || schema.has("description")) {
      return schema;
    }
    if (schema.has("$ref")) {
      var wrapped = new JsonObject();
      wrapped.add("allOf", Json.array(schema));
      wrapped.addProperty("description", comment);
      return wrapped;
    }
    schema.addProperty("description", comment);
    return schema;
  }
}
