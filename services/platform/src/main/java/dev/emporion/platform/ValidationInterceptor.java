package dev.emporion.platform;

import build.buf.protovalidate.Config;
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
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.List;

/**
 * Checks every message that comes in, of streams too, against the protovalidate rules of its
 * contract, and refuses with INVALID_ARGUMENT / VIOLATED_FIELD, naming each field by its path in
 * the proto ({@code lines[2].quantity}).
 */
final class ValidationInterceptor implements ServerInterceptor {
  /** More would fill the 8 KiB that a header may have, and help nobody. */
  static final int MAX_VIOLATIONS = 20;

  private final Validator validator =
      ValidatorFactory.newBuilder().withConfig(Config.newBuilder().build()).build();

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      @Override
      public void onMessage(Q message) {
        check((Message) message);
        super.onMessage(message);
      }
    };
  }

  private void check(Message message) {
    ValidationResult result;
    try {
      result = validator.validate(message);
    } catch (ValidationException e) {
      throw new IllegalStateException(
          "rules of " + message.getDescriptorForType().getFullName(), e);
    }
    if (!result.isSuccess()) {
      throw refusal(result.toProto().getViolationsList());
    }
  }

  private static Failure refusal(List<Violation> violations) {
    var detail = BadRequest.newBuilder();
    for (Violation violation : violations.subList(0, Math.min(violations.size(), MAX_VIOLATIONS))) {
      detail.addFieldViolations(
          BadRequest.FieldViolation.newBuilder()
              .setField(path(violation.getField()))
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

  private static String path(FieldPath path) {
    var text = new StringBuilder();
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
