package dev.emporion.platform;

import build.buf.protovalidate.ValidationResult;
import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import build.buf.protovalidate.exceptions.ValidationException;
import build.buf.validate.FieldPath;
import build.buf.validate.FieldPathElement;
import build.buf.validate.Violation;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import dev.emporion.common.v1.ErrorReason;
import io.grpc.Status;
import java.util.List;

/** Checks messages against the protovalidate rules of their contract. */
public final class Validation {
  /**
   * One a JVM, made when the first message is not {@link Bounds surely} valid: it costs a good half
   * second of cpu, and the rules of a message type as much again.
   */
  private static final class Slow {
    static final Validator VALIDATOR = ValidatorFactory.newBuilder().build();
  }

  /** More would fill the 8 KiB that a header may have, and help nobody. */
  static final int MAX_VIOLATIONS = 20;

  private Validation() {}

  /**
   * Checks a message that no interceptor sees as it is, such as a stored resource with the fields
   * of an {@code update_mask} replaced.
   *
   * @param path where the message stands in the request, {@code product}; empty for the request
   * @throws Failure INVALID_ARGUMENT / VIOLATED_FIELD naming each field by its path in the proto
   *     ({@code product.variants[2].sku})
   */
  public static void check(Message message, String path) {
    if (Bounds.surelyKeptBy(message)) {
      return;
    }
    ValidationResult result;
    try {
      result = Slow.VALIDATOR.validate(message);
    } catch (ValidationException e) {
      throw new IllegalStateException(
          "rules of " + message.getDescriptorForType().getFullName(), e);
    }
    if (!result.isSuccess()) {
      throw refusal(result.toProto().getViolationsList(), path);
    }
    NulCharacters.refuse(message, path);
  }

  private static Failure refusal(List<Violation> violations, String path) {
    var detail = BadRequest.newBuilder();
    int told = Math.min(violations.size(), MAX_VIOLATIONS);
    for (Violation violation : violations.subList(0, told)) {
      detail.addFieldViolations(
          BadRequest.FieldViolation.newBuilder()
              .setField(path(path, violation.getField()))
              .setReason(violation.getRuleId())
              .setDescription(violation.getMessage()));
    }
    var first = detail.getFieldViolations(0);
    String more = violations.size() == 1 ? "" : " (and " + (violations.size() - 1) + " more)";
    return Failure.of(
            Status.Code.INVALID_ARGUMENT,
            ErrorReason.ERROR_REASON_VIOLATED_FIELD,
            first.getField() + ": " + first.getDescription() + more)
        .with(detail.build());
  }

  private static String path(String start, FieldPath path) {
    var text = new StringBuilder(start);
    for (FieldPathElement element : path.getElementsList()) {
      text.append(text.isEmpty() ? "" : ".").append(element.getFieldName());
      switch (element.getSubscriptCase()) {
        case INDEX -> text.append('[').append(element.getIndex()).append(']');
        case STRING_KEY -> text.append("[\"").append(element.getStringKey()).append("\"]");
        case INT_KEY -> text.append('[').append(element.getIntKey()).append(']');
        case UINT_KEY -> text.append('[').append(element.getUintKey()).append(']');
        case BOOL_KEY -> text.append('[').append(element.getBoolKey()).append(']');
        case SUBSCRIPT_NOT_SET -> {}
      }
    }
    return text.toString();
  }
}
