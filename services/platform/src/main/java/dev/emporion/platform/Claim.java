package dev.emporion.platform;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.emporion.common.v1.ErrorReason;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * What makes a request the same request: who asks, which RPC, which request id. The hash of the
 * payload tells a repetition from a request id that was used for something else.
 *
 * @param rpc the full method name, {@code emporion.carts.v1.CartsService/AddLine}
 * @param payloadHash SHA-256 of the message's deterministic bytes
 */
public record Claim(String caller, String rpc, UUID requestId, byte[] payloadHash) {

  /** The claim of the current caller for a request that has a {@code request_id}. */
  public static Claim of(String rpc, Message request) {
    return new Claim(Caller.current().name(), rpc, requestId(request), hash(request));
  }

  public static Claim of(MethodDescriptor<?, ?> rpc, Message request) {
    return of(rpc.getFullMethodName(), request);
  }

  /** Binds :caller, :rpc, :request_id and :payload_hash. */
  public <S extends SqlStatement<S>> S bind(S statement) {
    return statement
        .bind("caller", caller)
        .bind("rpc", rpc)
        .bind("request_id", requestId)
        .bind("payload_hash", payloadHash);
  }

  private static UUID requestId(Message request) {
    FieldDescriptor field = request.getDescriptorForType().findFieldByName("request_id");
    if (field == null) {
      throw new IllegalArgumentException(request.getDescriptorForType().getFullName());
    }
    return Ids.parse("request_id", (String) request.getField(field));
  }

  /** Map entries sorted, so that equal messages have equal bytes whoever made them. */
  private static byte[] hash(Message request) {
    byte[] bytes = new byte[request.getSerializedSize()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      request.writeTo(out);
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Refuses, ALREADY_EXISTS / REQUEST_ID_REUSED, when what was saved came from another payload. */
  public void requireSamePayload(byte[] savedHash) {
    if (!MessageDigest.isEqual(payloadHash, savedHash)) {
      throw Failure.of(
              Status.Code.ALREADY_EXISTS,
              ErrorReason.ERROR_REASON_REQUEST_ID_REUSED,
              "request_id " + requestId + " was used before with another payload")
          .meta("request_id", requestId.toString());
    }
  }
}
