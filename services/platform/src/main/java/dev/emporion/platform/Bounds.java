package dev.emporion.platform;

import build.buf.validate.FieldRules;
import build.buf.validate.Ignore;
import build.buf.validate.MessageRules;
import build.buf.validate.Rule;
import build.buf.validate.ValidateProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.GeneratedMessage.ExtendableMessage;
import com.google.protobuf.GeneratedMessage.GeneratedExtension;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A quick look at whether a message surely keeps the protovalidate rules of its contract. "No"
 * means no more than "not surely": then protovalidate itself decides, and finds the words. Nearly
 * every request is valid and made of the few rules known here, so this saves what protovalidate
 * costs: over a second of cpu at the start of a process, for the expression language alone, and
 * some ten microseconds a message. A test compares the two on every message of every contract.
 */
final class Bounds {
  /** Whether a value surely keeps a rule. */
  @FunctionalInterface
  interface Check {
    boolean surely(Object value);
  }

  static final Check UNSURE = value -> false;

  private static final Map<Descriptor, Bounds> KNOWN = new ConcurrentHashMap<>();

  private final Check[] checks;

  private Bounds(Descriptor type) {
    var found = new ArrayList<Check>();
    found.addAll(ofMessage(type));
    type.getRealOneofs().forEach(oneof -> found.addAll(ofOneof(oneof)));
    type.getFields().forEach(field -> found.addAll(ofField(field)));
    checks = found.toArray(Check[]::new);
  }

  /** Whether the message surely keeps all rules of its contract. */
  static boolean surelyKeptBy(Message message) {
    Descriptor type = message.getDescriptorForType();
    Bounds known = KNOWN.get(type);
    if (known == null) {
      known = new Bounds(type);
      KNOWN.put(type, known);
    }
    return all(known.checks, message);
  }

  static boolean all(Check[] checks, Object value) {
    for (Check check : checks) {
      if (!check.surely(value)) {
        return false;
      }
    }
    return true;
  }

  private static List<Check> ofMessage(Descriptor type) {
    MessageRules rules = read(type.getOptions(), ValidateProto.message);
    if (rules == null) {
      return List.of(UNSURE);
    }
    boolean known =
        rules.getAllFields().keySet().stream()
            .allMatch(rule -> rule.getNumber() == MessageRules.CEL_FIELD_NUMBER);
    return known && isAllKnown(rules) ? ofExpressions(rules.getCelList()) : List.of(UNSURE);
  }

  private static List<Check> ofOneof(OneofDescriptor oneof) {
    var rules = read(oneof.getOptions(), ValidateProto.oneof);
    if (rules == null || !isAllKnown(rules)) {
      return List.of(UNSURE);
    }
    return rules.getRequired()
        ? List.of(message -> ((Message) message).hasOneof(oneof))
        : List.of();
  }

  private static List<Check> ofField(FieldDescriptor field) {
    FieldRules rules = read(field.getOptions(), ValidateProto.field);
    if (rules == null) {
      return List.of(UNSURE);
    }
    if (rules.getIgnore() == Ignore.IGNORE_ALWAYS) {
      return List.of(message -> !NulCharacters.areIn(((Message) message).getField(field)));
    }
    Check[] checks = ofValue(field, rules, field.isRepeated()).toArray(Check[]::new);
    boolean required = rules.getRequired();
    if (checks.length == 0 && !required) {
      return List.of();
    }
    boolean mayBeUnset = field.hasPresence() || rules.getIgnore() == Ignore.IGNORE_IF_ZERO_VALUE;
    return List.of(
        value -> {
          var message = (Message) value;
          boolean set =
              field.isRepeated()
                  ? message.getRepeatedFieldCount(field) > 0
                  : message.hasField(field);
          if (!set && (required || mayBeUnset)) {
            return !required;
          }
          return all(checks, message.getField(field));
        });
  }

  /** The checks of one value: the whole list if the field is repeated, else the value itself. */
  static List<Check> ofValue(FieldDescriptor field, FieldRules rules, boolean whole) {
    if (!isAllKnown(rules) || rules.getCelExpressionCount() > 0) {
      return List.of(UNSURE);
    }
    var checks = new ArrayList<Check>();
    checks.addAll(ofExpressions(rules.getCelList()));
    checks.addAll(ValueBounds.of(field, rules, whole));
    if (!whole && field.getJavaType() == JavaType.MESSAGE) {
      checks.add(value -> surelyKeptBy((Message) value));
    }
    if (!whole && field.getJavaType() == JavaType.STRING) {
      checks.add(value -> !NulCharacters.areIn(value));
    }
    return checks;
  }

  private static List<Check> ofExpressions(List<Rule> rules) {
    var checks = new ArrayList<Check>();
    rules.forEach(rule -> checks.add(CelSubset.compile(rule.getExpression())));
    return checks;
  }

  /** Null if there are rules that this library's protovalidate does not know. */
  private static <T, O extends ExtendableMessage<O>> T read(
      O options, GeneratedExtension<O, T> rules) {
    boolean unread = options.getUnknownFields().hasField(rules.getNumber());
    return unread ? null : options.getExtension(rules);
  }

  /** Whether nothing is in there that a newer protovalidate, or an extension of it, would know. */
  static boolean isAllKnown(Message rules) {
    if (!rules.getUnknownFields().asMap().isEmpty()) {
      return false;
    }
    return rules.getAllFields().entrySet().stream()
        .noneMatch(rule -> rule.getKey().isExtension() || isUnknown(rule.getValue()));
  }

  private static boolean isUnknown(Object rule) {
    return switch (rule) {
      case Message message -> !isAllKnown(message);
      case Collection<?> list -> list.stream().anyMatch(Bounds::isUnknown);
      default -> false;
    };
  }
}
