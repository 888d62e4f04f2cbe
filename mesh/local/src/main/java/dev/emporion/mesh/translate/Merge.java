package dev.emporion.mesh.translate;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import java.util.Map;
import java.util.Optional;

/**
 * One protobuf laid over another, as Istio's MERGE does it: messages are merged, lists grow, and a
 * duration replaces the other as a whole.
 */
final class Merge {
  private Merge() {}

  @SuppressWarnings("unchecked")
  static <T extends Message> T over(T base, Message patch) {
    Message.Builder merged = base.toBuilder();
    into(merged, patch);
    return (T) merged.build();
  }

  /** Empty if the two are of different types: then there is nothing to merge. */
  static Optional<Any> over(Any base, Any patch) {
    if (!base.getTypeUrl().equals(patch.getTypeUrl())) {
      return Optional.empty();
    }
    return EnvoyTypes.unpack(base)
        .flatMap(one -> EnvoyTypes.unpack(patch).map(other -> Any.pack(over(one, other))));
  }

  private static void into(Message.Builder base, Message patch) {
    for (Map.Entry<FieldDescriptor, Object> entry : patch.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      if (field.isRepeated()) {
        Message.Builder only = patch.newBuilderForType().setField(field, entry.getValue());
        base.mergeFrom(only.build());
      } else if (isMergeable(field) && base.hasField(field)) {
        base.setField(field, over((Message) base.getField(field), (Message) entry.getValue()));
      } else {
        base.setField(field, entry.getValue());
      }
    }
  }

  private static boolean isMergeable(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        && !field.getMessageType().equals(Duration.getDescriptor());
  }
}
