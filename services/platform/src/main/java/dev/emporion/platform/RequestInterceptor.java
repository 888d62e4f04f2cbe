package dev.emporion.platform;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Looks at every message that comes in, of streams too: notes its ids for the log (the {@code *_id}
 * fields of the first one) and checks it against the bounds of its contract.
 */
final class RequestInterceptor implements ServerInterceptor {
  private static final int MAX_LOGGED_LENGTH = 100;

  private final Map<MethodDescriptor<?, ?>, List<FieldDescriptor>> idFields =
      new ConcurrentHashMap<>();

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    var fields =
        idFields.computeIfAbsent(call.getMethodDescriptor(), RequestInterceptor::findIdFields);
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      private boolean noted;

      @Override
      public void onMessage(Q message) {
        var request = (Message) message;
        if (!noted) {
          noted = true;
          note(request, fields);
        }
        Validation.check(request, "");
        super.onMessage(message);
      }
    };
  }

  private static void note(Message request, List<FieldDescriptor> fields) {
    for (FieldDescriptor field : fields) {
      String id = (String) request.getField(field);
      if (!id.isEmpty()) {
        Log.note(field.getName(), id.substring(0, Math.min(id.length(), MAX_LOGGED_LENGTH)));
      }
    }
  }

  private static List<FieldDescriptor> findIdFields(MethodDescriptor<?, ?> method) {
    var schema = (ProtoMethodDescriptorSupplier) method.getSchemaDescriptor();
    return schema.getMethodDescriptor().getInputType().getFields().stream()
        .filter(field -> field.getType() == FieldDescriptor.Type.STRING && !field.isRepeated())
        .filter(field -> field.getName().endsWith("_id"))
        .toList();
  }
}
