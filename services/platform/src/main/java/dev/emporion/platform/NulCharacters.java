package dev.emporion.platform;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import dev.emporion.common.v1.ErrorReason;
import io.grpc.Status;
import java.util.List;

/**
 * Refuses texts with a NUL character: protobuf and protovalidate take one in any string, and
 * PostgreSQL in none, so that without this every free text of the contracts could end in INTERNAL.
 */
final class NulCharacters {
  private static final String DESCRIPTION = "must not contain a NUL character";

  private NulCharacters() {}

  /**
   * @throws Failure INVALID_ARGUMENT / VIOLATED_FIELD naming the first such field
   */
  static void refuse(Message message, String path) {
    String found = find(message);
    if (found != null) {
      String field = path.isEmpty() ? found : path + "." + found;
      throw Failure.of(
              Status.Code.INVALID_ARGUMENT,
              ErrorReason.ERROR_REASON_VIOLATED_FIELD,
              field + ": " + DESCRIPTION)
          .field(field, DESCRIPTION);
    }
  }

  /** Whether this value of a field has one: a text, a message, or a list of those. */
  static boolean areIn(Object value) {
    return (value instanceof List<?> list ? findInList(list) : find(value)) != null;
  }

  /** The path of the first field that has one, put together on the way back; null for none. */
  private static String find(Message message) {
    for (var entry : message.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      JavaType type = field.getJavaType();
      if (type == JavaType.STRING || type == JavaType.MESSAGE) {
        String found =
            field.isRepeated() ? findInList((List<?>) entry.getValue()) : find(entry.getValue());
        if (found != null) {
          return field.getName() + found;
        }
      }
    }
    return null;
  }

  private static String findInList(List<?> values) {
    for (int i = 0; i < values.size(); i++) {
      String found = find(values.get(i));
      if (found != null) {
        return "[" + i + "]" + found;
      }
    }
    return null;
  }

  private static String find(Object value) {
    if (value instanceof Message message) {
      String found = find(message);
      return found == null ? null : "." + found;
    }
    return value instanceof String text && text.indexOf('\0') >= 0 ? "" : null;
  }
}
