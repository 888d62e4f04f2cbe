package dev.emporion.platform;

import static org.assertj.core.api.Assertions.assertThat;

import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import build.buf.validate.FieldRules;
import build.buf.validate.ValidateProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Compares {@link Bounds} with protovalidate, on made-up messages of every contract. */
class BoundsTest {
  private static final int MESSAGES_A_TYPE = 100;
  private static final int MAX_DEPTH = 4;
  private static final List<String> TEXTS =
      List.of(
          "",
          "a",
          "A",
          "A1",
          "EUR",
          "DE",
          "eur",
          "standard",
          "SKU-1",
          "0",
          "19.5",
          "100.0001",
          "4111 1111 1111 1111",
          "tok_12345:x.y",
          "+4930123456",
          "12345",
          "a@example.com",
          "a@b-c.example",
          "a@-b.c",
          "a b",
          "0190f5e2-7b7c-7cc3-98c4-dc0c0c07398f",
          "0190F5E2-7B7C-7CC3-98C4-DC0C0C07398F",
          "0190f5e2-7b7c-7cc3-98c4-dc0c0c07398g",
          "0190f5e2-7b7c-7cc3-98c4-dc0c0c07398f\n",
          "EUR\n",
          "DE\n",
          "standard\n",
          "é",
          "😀😀",
          "x".repeat(64),
          "x".repeat(65),
          "X".repeat(1001),
          "line\nline",
          "nul\0",
          "https://example.com/a");
  private static final List<Long> NUMBERS =
      List.of(0L, 1L, -1L, 2L, 50L, 99L, 100L, 101L, 1000L, 10_000L, 10_001L, 1_000_000_000L);

  private final Random random = new Random(1);
  private final Validator validator = ValidatorFactory.newBuilder().build();

  @Test
  void whatIsSurelyValidIsValidToProtovalidate() throws Exception {
    var unsure = new TreeMap<String, Integer>();
    int valid = 0;
    int surely = 0;
    for (Descriptor type : requests()) {
      for (int i = 0; i < MESSAGES_A_TYPE; i++) {
        Message message = message(type, i % 4, 0);
        boolean sure = Bounds.surelyKeptBy(message);
        boolean right = validator.validate(message).isSuccess() && !NulCharacters.areIn(message);
        assertThat(right || !sure).as("%s", message).isTrue();
        valid += right ? 1 : 0;
        surely += sure ? 1 : 0;
        if (right && !sure) {
          unsure.merge(type.getFullName(), 1, Integer::sum);
        }
      }
    }
    assertThat(surely)
        .as("of %d valid messages; unsure: %s", valid, unsure)
        .isGreaterThan(valid * 9 / 10);
  }

  private static List<Descriptor> requests() throws Exception {
    var types = new ArrayList<Descriptor>();
    for (FileDescriptor file : contracts()) {
      for (var service : file.getServices()) {
        service.getMethods().forEach(method -> types.add(method.getInputType()));
      }
    }
    assertThat(types).hasSizeGreaterThan(20);
    return types;
  }

  private static List<FileDescriptor> contracts() throws Exception {
    var registry = ExtensionRegistry.newInstance();
    ValidateProto.registerAllExtensions(registry);
    var files = new HashMap<String, FileDescriptor>();
    try (var bytes = BoundsTest.class.getResourceAsStream("/emporion/contracts.binpb")) {
      for (FileDescriptorProto file : FileDescriptorSet.parseFrom(bytes, registry).getFileList()) {
        var imports =
            file.getDependencyList().stream().map(files::get).toArray(FileDescriptor[]::new);
        files.put(file.getName(), FileDescriptor.buildFrom(file, imports));
      }
    }
    return List.copyOf(files.values());
  }

  /** A message of which most fields are within their bounds; the more so, the tamer. */
  private Message message(Descriptor type, int wild, int depth) {
    var message = DynamicMessage.newBuilder(type);
    for (FieldDescriptor field : type.getFields()) {
      FieldRules rules = field.getOptions().getExtension(ValidateProto.field);
      boolean skip = depth == MAX_DEPTH || (!rules.getRequired() && random.nextInt(4) == 0);
      if (skip || (field.getRealContainingOneof() != null && random.nextBoolean())) {
        continue;
      }
      if (!field.isRepeated()) {
        message.setField(field, value(field, rules, wild, depth));
      } else {
        FieldRules items =
            field.isMapField() ? FieldRules.getDefaultInstance() : rules.getRepeated().getItems();
        for (int i = random.nextInt(4); i > 0; i--) {
          message.addRepeatedField(field, value(field, items, wild, depth));
        }
      }
    }
    return message.build();
  }

  private Object value(FieldDescriptor field, FieldRules rules, int wild, int depth) {
    boolean tame = random.nextInt(40) >= wild;
    return switch (field.getJavaType()) {
      case STRING -> tame ? tameText(rules) : pick(TEXTS);
      case INT -> (int) number(rules, tame);
      case LONG -> number(rules, tame);
      case BOOLEAN -> random.nextBoolean();
      case ENUM -> field.getEnumType().findValueByNumberCreatingIfUnknown(random.nextInt(5));
      case MESSAGE -> money(field.getMessageType(), wild, depth);
      case BYTE_STRING -> ByteString.copyFromUtf8(pick(TEXTS));
      case DOUBLE -> random.nextDouble();
      case FLOAT -> random.nextFloat();
    };
  }

  private Message money(Descriptor type, int wild, int depth) {
    if (!type.getFullName().equals("google.type.Money") || random.nextInt(40) < wild) {
      return message(type, wild, depth + 1);
    }
    return DynamicMessage.newBuilder(type)
        .setField(type.findFieldByName("currency_code"), "EUR")
        .setField(type.findFieldByName("units"), (long) random.nextInt(100))
        .build();
  }

  private String tameText(FieldRules rules) {
    var string = rules.getString();
    var fitting =
        TEXTS.stream()
            .filter(text -> !string.getUuid() || text.matches("[0-9a-f-]{36}"))
            .filter(text -> !string.getEmail() || text.contains("example"))
            .filter(text -> text.length() >= string.getMinLen())
            .filter(text -> !string.hasMaxLen() || text.length() <= string.getMaxLen())
            .filter(text -> !string.hasPattern() || text.matches(string.getPattern()))
            .toList();
    return fitting.isEmpty() ? "x" : pick(fitting);
  }

  private long number(FieldRules rules, boolean tame) {
    long number = pick(NUMBERS);
    if (!tame) {
      return number;
    }
    Map<FieldDescriptor, Object> bounds =
        rules.hasInt32() ? rules.getInt32().getAllFields() : rules.getInt64().getAllFields();
    for (var bound : bounds.entrySet()) {
      switch (bound.getKey().getName()) {
        case "gte" -> number = Math.max(number, ((Number) bound.getValue()).longValue());
        case "lte" -> number = Math.min(number, ((Number) bound.getValue()).longValue());
        case "in" -> number = ((Number) pick((List<?>) bound.getValue())).longValue();
        default -> {}
      }
    }
    return number;
  }

  private <T> T pick(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
