package dev.emporion.edge.contracts;

import build.buf.validate.FieldRules;
import build.buf.validate.Ignore;
import build.buf.validate.Int32Rules;
import build.buf.validate.Int64Rules;
import build.buf.validate.RepeatedRules;
import build.buf.validate.StringRules;
import build.buf.validate.ValidateProto;
import com.google.gson.JsonObject;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.regex.Pattern;

/**
 * protovalidate's rules of a field in the words of JSON Schema, as far as it has them. What it has
 * no words for, such as rules over several fields, the comments say.
 */
final class Bounds {

  private Bounds() {}

  /** Whether a request without this field is refused. */
  static boolean isRequired(FieldDescriptor field) {
    FieldRules rules = rules(field);
    if (rules.getIgnore() != Ignore.IGNORE_UNSPECIFIED) {
      return false;
    }
    return rules.getRequired()
        || (!field.isRepeated() && refusesEmpty(rules.getString()))
        || rules.getInt32().getGte() > 0
        || rules.getInt64().getGte() > 0
        || rules.getRepeated().getMinItems() > 0;
  }

  private static boolean refusesEmpty(StringRules rules) {
    return rules.getUuid()
        || rules.getMinLen() > 0
        || (rules.hasPattern() && !Pattern.compile(rules.getPattern()).matcher("").find());
  }

  /** Adds a field's own bounds to its schema. */
  static JsonObject add(JsonObject schema, FieldDescriptor field) {
    return add(schema, rules(field));
  }

  /** Adds the bounds of a repeated field's items to theirs. */
  static JsonObject addOfItem(JsonObject schema, FieldDescriptor field) {
    return add(schema, rules(field).getRepeated().getItems());
  }

  private static FieldRules rules(FieldDescriptor field) {
    return field.getOptions().getExtension(ValidateProto.field);
  }

  private static JsonObject add(JsonObject schema, FieldRules rules) {
    if (rules.getIgnore() != Ignore.IGNORE_ALWAYS) {
      switch (rules.getTypeCase()) {
        case STRING -> add(schema, rules.getString());
        case INT32 -> add(schema, rules.getInt32());
        case INT64 -> add(schema, rules.getInt64());
        case REPEATED -> add(schema, rules.getRepeated());
        case MAP -> {
          schema.addProperty("minProperties", rules.getMap().getMinPairs());
          if (rules.getMap().hasMaxPairs()) {
            schema.addProperty("maxProperties", rules.getMap().getMaxPairs());
          }
        }
        default -> {} // enums are closed anyway, and durations are strings without an order
      }
    }
    return schema;
  }

  private static void add(JsonObject schema, StringRules rules) {
    if (rules.getUuid()) {
      schema.addProperty("format", "uuid");
    }
    if (rules.hasMinLen()) {
      schema.addProperty("minLength", rules.getMinLen());
    }
    if (rules.hasMaxLen()) {
      schema.addProperty("maxLength", rules.getMaxLen());
    }
    if (rules.hasPattern()) {
      schema.addProperty("pattern", rules.getPattern());
    }
  }

  private static void add(JsonObject schema, Int32Rules rules) {
    if (rules.hasGte() || rules.hasGt()) {
      schema.addProperty("minimum", rules.hasGte() ? rules.getGte() : rules.getGt() + 1);
    }
    if (rules.hasLte() || rules.hasLt()) {
      schema.addProperty("maximum", rules.hasLte() ? rules.getLte() : rules.getLt() - 1);
    }
  }

  /** Said in words: 64 bits are a string in JSON, and a string has no minimum. */
  private static void add(JsonObject schema, Int64Rules rules) {
    if (rules.hasGte() && rules.hasLte()) {
      schema.addProperty("x-range", rules.getGte() + ".." + rules.getLte());
    }
  }

  private static void add(JsonObject schema, RepeatedRules rules) {
    if (rules.hasMinItems()) {
      schema.addProperty("minItems", rules.getMinItems());
    }
    if (rules.hasMaxItems()) {
      schema.addProperty("maxItems", rules.getMaxItems());
    }
    if (rules.getUnique()) {
      schema.addProperty("uniqueItems", true);
    }
  }
}
