package dev.emporion.platform;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.HashSet;
import java.util.List;

/** What {@link CelSubset} does with values; {@link Unsure} where they are not of its few types. */
final class CelValues {
  /** This is beyond the subset. */
  static final class Unsure extends RuntimeException {
    private static final long serialVersionUID = 1;
    static final Unsure HERE = new Unsure();

    private Unsure() {
      super(null, null, false, false);
    }
  }

  private CelValues() {}

  /** A field by its name, looked up once: an expression meets only one type of message. */
  static final class Selector {
    private final String name;
    private volatile FieldDescriptor last;

    Selector(String name) {
      this.name = name;
    }

    FieldDescriptor in(Message message) {
      Descriptor type = message.getDescriptorForType();
      FieldDescriptor known = last;
      if (known == null || known.getContainingType() != type) {
        known = type.findFieldByName(name);
        if (known == null || !isPlain(known)) {
          throw Unsure.HERE;
        }
        last = known;
      }
      return known;
    }

    /** Time, wrappers, Any and the like are something else to the expression language. */
    private static boolean isPlain(FieldDescriptor field) {
      Descriptor in = field.getContainingType();
      boolean special =
          in.getFile().getPackage().equals("google.protobuf") && !in.getName().equals("FieldMask");
      return !special
          && !field.isMapField()
          && switch (field.getType()) {
            case INT32, INT64, STRING, BOOL, ENUM, MESSAGE -> true;
            default -> false;
          };
    }
  }

  static boolean compare(String operator, Object left, Object right) {
    if (left instanceof Long a && right instanceof Long b) {
      return switch (operator) {
        case "==" -> a.equals(b);
        case "!=" -> !a.equals(b);
        case "<" -> a < b;
        case "<=" -> a <= b;
        case ">" -> a > b;
        default -> a >= b;
      };
    }
    boolean comparable =
        left.getClass() == right.getClass() && (left instanceof String || left instanceof Boolean);
    if (comparable && operator.equals("==")) {
      return left.equals(right);
    }
    if (comparable && operator.equals("!=")) {
      return !left.equals(right);
    }
    throw Unsure.HERE;
  }

  /** A value of protobuf as the expression language sees it. */
  static Object plain(Object value) {
    return switch (value) {
      case Integer number -> (long) number;
      case EnumValueDescriptor constant -> (long) constant.getNumber();
      case Long _, String _, Boolean _, Message _, List<?> _ -> value;
      default -> throw Unsure.HERE;
    };
  }

  static Object size(Object value) {
    return switch (value) {
      case List<?> list -> (long) list.size();
      case String text -> (long) text.codePointCount(0, text.length());
      default -> throw Unsure.HERE;
    };
  }

  static boolean isUnique(List<?> values) {
    for (Object value : values) {
      if (!(value instanceof String || value instanceof Long)) {
        throw Unsure.HERE;
      }
    }
    return new HashSet<>(values).size() == values.size();
  }

  static boolean bool(Object value) {
    return value instanceof Boolean bool ? bool : fail();
  }

  private static boolean fail() {
    throw Unsure.HERE;
  }

  static String text(Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw Unsure.HERE;
  }

  static long number(Object value) {
    if (value instanceof Long number) {
      return number;
    }
    throw Unsure.HERE;
  }

  static Message message(Object value) {
    if (value instanceof Message message) {
      return message;
    }
    throw Unsure.HERE;
  }

  static List<?> list(Object value) {
    if (value instanceof List<?> list) {
      return list;
    }
    throw Unsure.HERE;
  }
}
