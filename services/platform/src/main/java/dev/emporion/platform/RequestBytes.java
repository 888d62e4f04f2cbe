package dev.emporion.platform;

import dev.emporion.common.v1.ErrorReason;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Hands a request's bytes through the outer interceptors, so that they are measured and parsed
 * inside {@link ErrorInterceptor}: gRPC itself resets the stream of a message that is too large,
 * and answers UNKNOWN to one that does not parse. The limit of the transport is therefore {@link
 * #SLACK} times as large, and only beyond that the stream is reset.
 */
record RequestBytes(int maxBytes) implements Marshaller<InputStream> {
  static final int SLACK = 2;

  @Override
  public InputStream parse(InputStream bytes) {
    return bytes;
  }

  @Override
  public InputStream stream(InputStream bytes) {
    try {
      if (bytes.available() > maxBytes) {
        throw tooLarge();
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Failure tooLarge() {
    return Failure.of(
        Status.Code.RESOURCE_EXHAUSTED,
        ErrorReason.ERROR_REASON_MESSAGE_TOO_LARGE,
        "the message is larger than this service takes");
  }

  static Failure malformed() {
    return Failure.of(
        Status.Code.INVALID_ARGUMENT,
        ErrorReason.ERROR_REASON_MALFORMED_MESSAGE,
        "the bytes are no message of this type");
  }
}
