package dev.emporion.platform;

import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import dev.emporion.common.v1.ErrorReason;
import io.grpc.Status;
import java.util.LinkedHashSet;
import java.util.Set;

/** The {@code update_mask} of an update, by AIP-134 and AIP-161. */
public final class FieldMasks {

  private FieldMasks() {}

  /**
   * The paths to change: those of the mask; without a mask those that the resource has a value for;
   * for {@code *} all that can be changed.
   *
   * @param mutable the paths that this RPC can change
   * @throws Failure INVALID_ARGUMENT / INVALID_UPDATE_MASK naming the path
   */
  public static Set<String> paths(FieldMask mask, Message resource, Set<String> mutable) {
    if (mask.getPathsCount() == 0) {
      return populated(resource, mutable);
    }
    if (mask.getPathsCount() == 1 && mask.getPaths(0).equals("*")) {
      return mutable;
    }
    for (String path : mask.getPathsList()) {
      if (!mutable.contains(path)) {
        throw refuse(path, mutable);
      }
    }
    return new LinkedHashSet<>(mask.getPathsList());
  }

  private static Set<String> populated(Message resource, Set<String> mutable) {
    var paths = new LinkedHashSet<String>();
    for (var field : resource.getAllFields().keySet()) {
      if (mutable.contains(field.getName())) {
        paths.add(field.getName());
      }
    }
    return paths;
  }

  private static Failure refuse(String path, Set<String> mutable) {
    String description =
        "'" + path + "' is not one of " + String.join(", ", mutable.stream().sorted().toList());
    return Failure.of(
            Status.Code.INVALID_ARGUMENT,
            ErrorReason.ERROR_REASON_INVALID_UPDATE_MASK,
            "update_mask: " + description)
        .field("update_mask", description)
        .meta("path", path);
  }
}
