package dev.emporion.e2e;

import build.buf.validate.EnumRules;
import build.buf.validate.FieldRules;
import build.buf.validate.Ignore;
import build.buf.validate.StringRules;
import build.buf.validate.ValidateProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * From the rules in a request's contract: requests that keep all of them, and for each rule of each
 * field one that breaks it.
 */
final class OutOfBounds {
  private static final List<String> SAMPLES =
      List.of(
          "",
          "a",
          "A1",
          "EUR",
          "DE",
          "standard",
          "tok_ok",
          "ada@example.com",
          "1",
          UUID.randomUUID().toString());
  private static final int UNKNOWN_ENUM_NUMBER = 9_999;

  /**
   * A request with one fault.
   *
   * @param field its path in the contract, without indices
   * @param checkedLater whether the service itself checks it, after merging an update or row by row
   */
  record Broken(String field, String rule, boolean checkedLater, Message request) {}

  private final List<Broken> broken = new ArrayList<>();

  /** Fields that no rule bounds: there should be none. */
  private final List<String> unbounded = new ArrayList<>();

  private OutOfBounds() {}

  static OutOfBounds of(Descriptor request) {
    var all = new OutOfBounds();
    all.walk(request, "", false, inner -> inner);
    return all;
  }

  List<Broken> broken() {
    return broken;
  }

  List<String> unbounded() {
    return unbounded;
  }

  /** Puts a (broken) message of a nested type into a request that is otherwise good. */
  private interface Frame {
    Message around(Message inner);
  }

  private void walk(Descriptor type, String path, boolean later, Frame frame) {
    for (OneofDescriptor oneof : type.getRealOneofs()) {
      if (oneof.getOptions().getExtension(ValidateProto.oneof).getRequired()) {
        add(path + oneof.getName(), "required", later, frame, clear(type, oneof));
      }
    }
    for (FieldDescriptor field : type.getFields()) {
      walk(type, field, path + field.getName(), later, frame);
    }
  }

  private static Message clear(Descriptor type, OneofDescriptor oneof) {
    return good(type).toBuilder().clearOneof(oneof).build();
  }

  private void walk(
      Descriptor type, FieldDescriptor field, String path, boolean later, Frame frame) {
    FieldRules rules = rules(field);
    boolean fieldLater = later || rules.getIgnore() == Ignore.IGNORE_ALWAYS;
    Message good = good(type);
    int before = broken.size();
    if (field.isRepeated()) {
      breakList(field, rules, path, fieldLater, frame, good);
      FieldRules items = rules.getRepeated().getItems();
      for (Fault fault : faults(field, items)) {
        add(path, fault.rule, fieldLater, frame, with(good, field, List.of(fault.value)));
      }
    } else {
      if (rules.getRequired()) {
        add(path, "required", fieldLater, frame, good.toBuilder().clearField(field).build());
      }
      for (Fault fault : faults(field, rules)) {
        add(path, fault.rule, fieldLater, frame, with(good, field, fault.value));
      }
    }
    boolean bounded = broken.size() > before || field.getJavaType() == JavaType.BOOLEAN;
    if (isOurs(field)) {
      Frame inner =
          value -> frame.around(with(good, field, field.isRepeated() ? List.of(value) : value));
      walk(field.getMessageType(), path + ".", fieldLater, inner);
    } else if (!bounded && !fieldLater && !isTimestamp(field)) {
      unbounded.add(path);
    }
  }

  private void breakList(
      FieldDescriptor field,
      FieldRules rules,
      String path,
      boolean later,
      Frame frame,
      Message good) {
    var list = rules.getRepeated();
    Object item = ((List<?>) good(field.getContainingType(), field)).getFirst();
    if (list.getMinItems() > 0) {
      add(path, "min_items", later, frame, good.toBuilder().clearField(field).build());
    }
    if (list.hasMaxItems()) {
      var many = Stream.generate(() -> item).limit(list.getMaxItems() + 1).toList();
      add(path, "max_items", later, frame, with(good, field, many));
    }
    if (list.getUnique()) {
      add(path, "unique", later, frame, with(good, field, List.of(item, item)));
    }
  }

  private void add(String path, String rule, boolean later, Frame frame, Message message) {
    broken.add(new Broken(path, rule, later, frame.around(message)));
  }

  private static Message with(Message message, FieldDescriptor field, Object value) {
    return message.toBuilder().setField(field, value).build();
  }

  private record Fault(String rule, Object value) {}

  private static List<Fault> faults(FieldDescriptor field, FieldRules rules) {
    return switch (field.getJavaType()) {
      case STRING -> stringFaults(rules.getString());
      case INT -> rules.hasInt32() ? intFaults(rules) : List.of();
      case LONG -> rules.hasInt64() ? longFaults(rules) : List.of();
      case ENUM -> enumFaults(field, rules.getEnum());
      case MESSAGE -> messageFaults(field, rules);
      case BOOLEAN, FLOAT, DOUBLE, BYTE_STRING -> List.of();
    };
  }

  private static List<Fault> stringFaults(StringRules rules) {
    var faults = new ArrayList<Fault>();
    if (rules.getMinLen() > 0) {
      faults.add(new Fault("min_len", ""));
    }
    if (rules.hasMaxLen()) {
      faults.add(new Fault("max_len", "x".repeat((int) rules.getMaxLen() + 1)));
    }
    if (rules.hasPattern()) {
      Stream.of("~\t~", "~\0~")
          .filter(text -> !text.matches(rules.getPattern()))
          .forEach(text -> faults.add(new Fault("pattern", text)));
    }
    if (rules.getUuid()) {
      faults.add(new Fault("uuid", "not-a-uuid"));
    }
    if (rules.getEmail()) {
      faults.add(new Fault("email", "nobody"));
    }
    return faults;
  }

  private static List<Fault> intFaults(FieldRules rules) {
    var faults = new ArrayList<Fault>();
    if (rules.getInt32().hasGte()) {
      faults.add(new Fault("gte", rules.getInt32().getGte() - 1));
    }
    if (rules.getInt32().hasLte()) {
      faults.add(new Fault("lte", rules.getInt32().getLte() + 1));
    }
    rules.getInt32().getNotInList().forEach(value -> faults.add(new Fault("not_in", value)));
    return faults;
  }

  private static List<Fault> longFaults(FieldRules rules) {
    var faults = new ArrayList<Fault>();
    if (rules.getInt64().hasGte()) {
      faults.add(new Fault("gte", rules.getInt64().getGte() - 1));
    }
    if (rules.getInt64().hasLte()) {
      faults.add(new Fault("lte", rules.getInt64().getLte() + 1));
    }
    return faults;
  }

  private static List<Fault> enumFaults(FieldDescriptor field, EnumRules rules) {
    var type = field.getEnumType();
    var faults = new ArrayList<Fault>();
    if (rules.getDefinedOnly()) {
      faults.add(
          new Fault("defined_only", type.findValueByNumberCreatingIfUnknown(UNKNOWN_ENUM_NUMBER)));
    }
    rules
        .getNotInList()
        .forEach(number -> faults.add(new Fault("not_in", type.findValueByNumber(number))));
    return faults;
  }

  private static List<Fault> messageFaults(FieldDescriptor field, FieldRules rules) {
    Descriptor type = field.getMessageType();
    var faults = new ArrayList<Fault>();
    switch (type.getFullName()) {
      case "google.protobuf.Duration" -> {
        if (rules.getDuration().hasGte()) {
          faults.add(duration(type, "gte", rules.getDuration().getGte().getSeconds() - 1));
        }
        if (rules.getDuration().hasLte()) {
          faults.add(duration(type, "lte", rules.getDuration().getLte().getSeconds() + 1));
        }
      }
      case "google.type.Money" -> {
        if (rules.getCelCount() > 0) {
          faults.add(new Fault("currency", money(type, "usd", 1)));
          faults.add(new Fault("negative", money(type, "USD", -1)));
          faults.add(new Fault("too much", money(type, "USD", Long.MAX_VALUE)));
        }
      }
      case "google.protobuf.FieldMask" -> {
        if (rules.getCelCount() > 0) {
          faults.add(new Fault("no path", DynamicMessage.getDefaultInstance(type)));
        }
      }
      default -> {}
    }
    return faults;
  }

  private static Fault duration(Descriptor type, String rule, long seconds) {
    var value =
        DynamicMessage.newBuilder(type).setField(type.findFieldByName("seconds"), seconds).build();
    return new Fault(rule, value);
  }

  private static Message money(Descriptor type, String currency, long units) {
    return DynamicMessage.newBuilder(type)
        .setField(type.findFieldByName("currency_code"), currency)
        .setField(type.findFieldByName("units"), units)
        .build();
  }

  /** A message with each field as good as its own rules ask. */
  static Message good(Descriptor type) {
    if (type.getFullName().equals("google.type.Money")) {
      return money(type, "USD", 1);
    }
    var message = DynamicMessage.newBuilder(type);
    for (FieldDescriptor field : type.getFields()) {
      boolean wellKnown = field.getJavaType() == JavaType.MESSAGE && !isOurs(field);
      boolean money = wellKnown && field.getMessageType().getName().equals("Money");
      if (!wellKnown || money) {
        message.setField(field, good(type, field));
      }
    }
    return message.build();
  }

  private static Object good(Descriptor type, FieldDescriptor field) {
    FieldRules rules = rules(field);
    FieldRules one = field.isRepeated() ? rules.getRepeated().getItems() : rules;
    Object value =
        switch (field.getJavaType()) {
          case STRING -> goodString(type, field, one.getString());
          case INT -> Math.max(1, one.getInt32().getGte());
          case LONG -> Math.max(1L, one.getInt64().getGte());
          case ENUM -> field.getEnumType().findValueByNumber(1);
          case MESSAGE -> good(field.getMessageType());
          case BOOLEAN -> false;
          case DOUBLE -> 0d;
          case FLOAT -> 0f;
          case BYTE_STRING -> com.google.protobuf.ByteString.EMPTY;
        };
    return field.isRepeated() ? List.of(value) : value;
  }

  private static String goodString(Descriptor type, FieldDescriptor field, StringRules rules) {
    return SAMPLES.stream()
        .filter(sample -> sample.length() >= rules.getMinLen())
        .filter(sample -> !rules.hasPattern() || sample.matches(rules.getPattern()))
        .filter(sample -> !rules.getUuid() || sample.length() == 36)
        .filter(sample -> !rules.getEmail() || sample.contains("@"))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no sample for " + type + "." + field));
  }

  private static boolean isOurs(FieldDescriptor field) {
    return field.getJavaType() == JavaType.MESSAGE
        && field.getMessageType().getFullName().startsWith("emporion.");
  }

  private static boolean isTimestamp(FieldDescriptor field) {
    return field.getJavaType() == JavaType.MESSAGE
        && field.getMessageType().getName().equals("Timestamp");
  }

  private static FieldRules rules(FieldDescriptor field) {
    return field.getOptions().getExtension(ValidateProto.field);
  }
}
