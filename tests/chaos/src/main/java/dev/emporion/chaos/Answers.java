package dev.emporion.chaos;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.nio.channels.ClosedChannelException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** What an answer that is not OK means to a client. */
final class Answers {
  /** Nobody knows whether it was done: the same request again will tell. */
  private static final Set<Status.Code> ASK_AGAIN =
      EnumSet.of(
          Status.Code.UNAVAILABLE,
          Status.Code.DEADLINE_EXCEEDED,
          Status.Code.CANCELLED,
          Status.Code.ABORTED,
          Status.Code.RESOURCE_EXHAUSTED);

  /** The client's library was about to write when the connection was closed: UNKNOWN, it says. */
  static final String CLOSED = "connection closed";

  private Answers() {}

  static boolean isToBeRepeated(StatusRuntimeException answer) {
    return ASK_AGAIN.contains(answer.getStatus().getCode()) || isBrokenConnection(answer);
  }

  /** A connection that broke in the middle of a message is told by the client's own library. */
  private static boolean isBrokenConnection(StatusRuntimeException answer) {
    return (answer.getStatus().getCode() == Status.Code.INTERNAL
            || answer.getStatus().getCode() == Status.Code.UNKNOWN)
        && detail(answer, ErrorInfo.class).isEmpty();
  }

  /**
   * Its code, the reason that a service of ours gave, and whether it says when to ask again; {@link
   * #CLOSED} when nobody gave it.
   */
  static String kind(StatusRuntimeException answer) {
    if (answer.getStatus().getCause() instanceof ClosedChannelException) {
      return CLOSED;
    }
    return answer.getStatus().getCode()
        + (reason(answer).isEmpty() ? "" : "/" + reason(answer))
        + (detail(answer, RetryInfo.class).isPresent() ? "+" : "");
  }

  /** The reason that a service of ours gave, empty if none did. */
  static String reason(StatusRuntimeException answer) {
    return detail(answer, ErrorInfo.class).map(ErrorInfo::getReason).orElse("");
  }

  static String text(StatusRuntimeException answer) {
    return answer.getStatus().getCode() + " " + reason(answer) + " " + answer.getMessage();
  }

  private static <T extends com.google.protobuf.Message> Optional<T> detail(
      StatusRuntimeException answer, Class<T> type) {
    Metadata trailers = answer.getTrailers();
    com.google.rpc.Status status = trailers == null ? null : StatusProto.fromThrowable(answer);
    if (status == null) {
      return Optional.empty();
    }
    try {
      for (Any any : status.getDetailsList()) {
        if (any.is(type)) {
          return Optional.of(any.unpack(type));
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new ChaosException("a detail that is none: " + answer, e);
    }
    return Optional.empty();
  }
}
