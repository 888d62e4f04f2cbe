package dev.emporion.platform;

import build.buf.validate.DurationRules;
import build.buf.validate.EnumRules;
import build.buf.validate.FieldRules;
import build.buf.validate.Int32Rules;
import build.buf.validate.Int64Rules;
import build.buf.validate.MapRules;
import build.buf.validate.RepeatedRules;
import build.buf.validate.StringRules;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import dev.emporion.platform.Bounds.Check;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The standard rules that {@link Bounds} knows, for one value of a field or its whole list. */
final class ValueBounds {
  private static final Set<Integer> STRING =
      Set.of(
          StringRules.MIN_LEN_FIELD_NUMBER,
          StringRules.MAX_LEN_FIELD_NUMBER,
          StringRules.PATTERN_FIELD_NUMBER,
          StringRules.UUID_FIELD_NUMBER,
          StringRules.EMAIL_FIELD_NUMBER);
  private static final Set<Integer> INT32 =
      Set.of(
          Int32Rules.GTE_FIELD_NUMBER, Int32Rules.LTE_FIELD_NUMBER, Int32Rules.NOT_IN_FIELD_NUMBER);
  private static final Set<Integer> INT64 =
      Set.of(Int64Rules.GTE_FIELD_NUMBER, Int64Rules.LTE_FIELD_NUMBER);
  private static final Set<Integer> ENUM =
      Set.of(EnumRules.DEFINED_ONLY_FIELD_NUMBER, EnumRules.NOT_IN_FIELD_NUMBER);
  private static final Set<Integer> DURATION =
      Set.of(DurationRules.GTE_FIELD_NUMBER, DurationRules.LTE_FIELD_NUMBER);
  private static final Set<Integer> REPEATED =
      Set.of(
          RepeatedRules.MIN_ITEMS_FIELD_NUMBER,
          RepeatedRules.MAX_ITEMS_FIELD_NUMBER,
          RepeatedRules.UNIQUE_FIELD_NUMBER,
          RepeatedRules.ITEMS_FIELD_NUMBER);
  private static final Set<Integer> MAP =
      Set.of(
          MapRules.MIN_PAIRS_FIELD_NUMBER,
          MapRules.MAX_PAIRS_FIELD_NUMBER,
          MapRules.KEYS_FIELD_NUMBER,
          MapRules.VALUES_FIELD_NUMBER);

  private static final int UUID_LENGTH = 36;
  private static final int MAX_NANOS = 999_999_999;

  /** The HTML standard's, as protovalidate has it, for domains of at most ten labels. */
  private static final Pattern EMAIL =
      Pattern.compile(
          "[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@"
              + "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
              + "(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?){0,9}");

  private ValueBounds() {}

  static List<Check> of(FieldDescriptor field, FieldRules rules, boolean whole) {
    if (field.isMapField()) {
      return ofMap(field, rules.getMap());
    }
    if (whole) {
      return ofList(field, rules.getRepeated());
    }
    return switch (rules.getTypeCase()) {
      case TYPE_NOT_SET -> List.of();
      case STRING -> ofString(rules.getString());
      case INT32 -> ofInt32(rules.getInt32());
      case INT64 -> ofInt64(rules.getInt64());
      case ENUM -> ofEnum(field, rules.getEnum());
      case DURATION -> ofDuration(rules.getDuration());
      default -> List.of(Bounds.UNSURE);
    };
  }

  private static List<Check> ofString(StringRules rules) {
    if (knowsMoreThan(STRING, rules)) {
      return List.of(Bounds.UNSURE);
    }
    var checks = new ArrayList<Check>();
    long min = rules.getMinLen();
    long max = rules.hasMaxLen() ? rules.getMaxLen() : Long.MAX_VALUE;
    if (rules.hasMinLen() || rules.hasMaxLen()) {
      checks.add(value -> isWithin(length((String) value), min, max));
    }
    if (rules.hasPattern()) {
      SafePattern pattern = SafePattern.of(rules.getPattern());
      checks.add(value -> pattern.surelyFound((String) value));
    }
    if (rules.getUuid()) {
      checks.add(value -> isUuid((String) value));
    }
    if (rules.getEmail()) {
      checks.add(value -> EMAIL.matcher((String) value).matches());
    }
    return checks;
  }

  private static List<Check> ofInt32(Int32Rules rules) {
    int min = rules.hasGte() ? rules.getGte() : Integer.MIN_VALUE;
    int max = rules.hasLte() ? rules.getLte() : Integer.MAX_VALUE;
    var excluded = Set.copyOf(rules.getNotInList());
    return knowsMoreThan(INT32, rules) || min > max
        ? List.of(Bounds.UNSURE)
        : List.of(
            value -> isWithin((Integer) value, min, max) && !excluded.contains((Integer) value));
  }

  private static List<Check> ofInt64(Int64Rules rules) {
    long min = rules.hasGte() ? rules.getGte() : Long.MIN_VALUE;
    long max = rules.hasLte() ? rules.getLte() : Long.MAX_VALUE;
    return knowsMoreThan(INT64, rules) || min > max
        ? List.of(Bounds.UNSURE)
        : List.of(value -> isWithin((Long) value, min, max));
  }

  private static List<Check> ofEnum(FieldDescriptor field, EnumRules rules) {
    if (knowsMoreThan(ENUM, rules)) {
      return List.of(Bounds.UNSURE);
    }
    var excluded = Set.copyOf(rules.getNotInList());
    boolean definedOnly = rules.getDefinedOnly();
    return List.of(
        value -> {
          int number = ((EnumValueDescriptor) value).getNumber();
          boolean defined = field.getEnumType().findValueByNumber(number) != null;
          return (defined || !definedOnly) && !excluded.contains(number);
        });
  }

  private static List<Check> ofDuration(DurationRules rules) {
    if (knowsMoreThan(DURATION, rules) || !rules.hasGte() || !rules.hasLte()) {
      return List.of(Bounds.UNSURE);
    }
    var min = javaTime(rules.getGte());
    var max = javaTime(rules.getLte());
    return List.of(
        value ->
            value instanceof Duration duration
                && isPlain(duration)
                && javaTime(duration).compareTo(min) >= 0
                && javaTime(duration).compareTo(max) <= 0);
  }

  private static List<Check> ofList(FieldDescriptor field, RepeatedRules rules) {
    if (knowsMoreThan(REPEATED, rules) || !isNested(rules.getItems())) {
      return List.of(Bounds.UNSURE);
    }
    var checks = new ArrayList<Check>();
    long min = rules.getMinItems();
    long max = rules.hasMaxItems() ? rules.getMaxItems() : Long.MAX_VALUE;
    if (rules.hasMinItems() || rules.hasMaxItems()) {
      checks.add(value -> isWithin(((List<?>) value).size(), min, max));
    }
    if (rules.getUnique()) {
      checks.add(value -> isUnique((List<?>) value));
    }
    Check[] items = Bounds.ofValue(field, rules.getItems(), false).toArray(Check[]::new);
    if (items.length > 0) {
      checks.add(value -> all(items, (List<?>) value));
    }
    return checks;
  }

  private static List<Check> ofMap(FieldDescriptor field, MapRules rules) {
    if (knowsMoreThan(MAP, rules) || !isNested(rules.getKeys()) || !isNested(rules.getValues())) {
      return List.of(Bounds.UNSURE);
    }
    long min = rules.getMinPairs();
    long max = rules.hasMaxPairs() ? rules.getMaxPairs() : Long.MAX_VALUE;
    FieldDescriptor key = field.getMessageType().findFieldByNumber(1);
    FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
    Check[] keys = Bounds.ofValue(key, rules.getKeys(), false).toArray(Check[]::new);
    Check[] values = Bounds.ofValue(value, rules.getValues(), false).toArray(Check[]::new);
    return List.of(
        whole -> isWithin(((List<?>) whole).size(), min, max),
        whole ->
            ((List<?>) whole)
                .stream()
                    .map(MessageOrBuilder.class::cast)
                    .allMatch(
                        entry ->
                            Bounds.all(keys, entry.getField(key))
                                && Bounds.all(values, entry.getField(value))));
  }

  private static boolean isNested(FieldRules rules) {
    return !rules.hasIgnore() && !rules.hasRequired();
  }

  private static boolean knowsMoreThan(Set<Integer> known, Message rules) {
    return rules.getAllFields().keySet().stream()
        .anyMatch(rule -> !known.contains(rule.getNumber()));
  }

  private static boolean all(Check[] checks, List<?> items) {
    for (Object item : items) {
      if (!Bounds.all(checks, item)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isWithin(long value, long min, long max) {
    return value >= min && value <= max;
  }

  /** Lengths are in code points. */
  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private static boolean isUnique(List<?> values) {
    boolean plain =
        values.isEmpty()
            || values.getFirst() instanceof String
            || values.getFirst() instanceof Integer
            || values.getFirst() instanceof Long;
    return plain && new HashSet<>(values).size() == values.size();
  }

  private static boolean isPlain(Duration duration) {
    return duration.getSeconds() >= 0 && isWithin(duration.getNanos(), 0, MAX_NANOS);
  }

  private static java.time.Duration javaTime(Duration duration) {
    return java.time.Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
  }

  private static boolean isUuid(String text) {
    if (text.length() != UUID_LENGTH) {
      return false;
    }
    for (int i = 0; i < UUID_LENGTH; i++) {
      char c = text.charAt(i);
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      boolean hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
      if (dash ? c != '-' : !hex) {
        return false;
      }
    }
    return true;
  }
}
