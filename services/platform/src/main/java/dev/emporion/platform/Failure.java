package dev.emporion.platform;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.ProtocolMessageEnum;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The one exception for what is expected to go wrong: a refused request, a lost race, a dependency
 * that does not answer. {@link ErrorInterceptor} turns it into a gRPC status with exactly one
 * {@code google.rpc.ErrorInfo}, the given details, and the message, which the caller may read.
 *
 * <pre>{@code
 * throw Failure.of(Code.FAILED_PRECONDITION, ErrorReason.ERROR_REASON_PRICE_CHANGED,
 *         "the total is now 12.40 EUR")
 *     .with(quote)
 *     .meta("cart_id", cartId);
 * }</pre>
 *
 * It carries no stack trace, because it says what happened, not where, and is thrown on busy paths.
 * Immutable: {@code with} and {@code meta} return another one.
 */
public final class Failure extends RuntimeException {
  /** The domain of every ErrorInfo of this system. */
  public static final String DOMAIN = "emporion.dev";

  private static final long serialVersionUID = 1;
  private static final String REASON_PREFIX = "ERROR_REASON_";

  private final Status.Code code;
  private final String reason;
  private final transient Map<String, String> metadata;
  private final transient List<Any> details;
  private final boolean foreign;

  private Failure(
      Status.Code code,
      String reason,
      String message,
      Map<String, String> metadata,
      List<Any> details,
      boolean foreign) {
    super(message, null, false, false);
    this.code = code;
    this.reason = reason;
    this.metadata = metadata;
    this.details = details;
    this.foreign = foreign;
  }

  /**
   * A failure of this service.
   *
   * @param reason a constant of the context's (or the common) {@code ErrorReason}
   * @param message one sentence for a person; it reaches the caller
   */
  public static Failure of(Status.Code code, ProtocolMessageEnum reason, String message) {
    return new Failure(code, nameOf(reason), message, Map.of(), List.of(), false);
  }

  /** The same failure with one more detail: a {@code google.rpc} message or one of ours. */
  public Failure with(Message detail) {
    var more = new ArrayList<>(details);
    more.add(Any.pack(detail));
    return new Failure(code, reason, getMessage(), metadata, List.copyOf(more), foreign);
  }

  /** The same failure with one more pair in {@code ErrorInfo.metadata}. */
  public Failure meta(String key, String value) {
    var more = new TreeMap<>(metadata);
    more.put(key, value);
    return new Failure(code, reason, getMessage(), more, details, foreign);
  }

  /** The same failure, telling the caller how long to wait before the same request again. */
  public Failure retryAfter(Duration delay) {
    return with(
        RetryInfo.newBuilder()
            .setRetryDelay(
                com.google.protobuf.Duration.newBuilder()
                    .setSeconds(delay.toSeconds())
                    .setNanos(delay.toNanosPart()))
            .build());
  }

  /** The same failure, naming the request's field that is to be mended. */
  public Failure field(String path, String description) {
    return with(
        BadRequest.newBuilder()
            .addFieldViolations(
                BadRequest.FieldViolation.newBuilder().setField(path).setDescription(description))
            .build());
  }

  /**
   * What another service answered, to be translated by whoever called it: thrown on as it is, it
   * counts as a bug (INTERNAL), since a caller knows the reasons only of the service it called.
   */
  public static Failure from(StatusRuntimeException answer) {
    return of(StatusProto.fromThrowable(answer), true);
  }

  /** The failure that {@link #toStatus} stored: this service's own, to be thrown again. */
  public static Failure restored(com.google.rpc.Status status) {
    return of(status, false);
  }

  private static Failure of(com.google.rpc.Status status, boolean foreign) {
    var details = new ArrayList<Any>();
    ErrorInfo info = ErrorInfo.getDefaultInstance();
    for (Any detail : status.getDetailsList()) {
      var found = unpack(detail, ErrorInfo.class);
      if (found.isPresent() && found.get().getDomain().equals(DOMAIN)) {
        info = found.get();
      } else {
        details.add(detail);
      }
    }
    return new Failure(
        Status.fromCodeValue(status.getCode()).getCode(),
        info.getReason(),
        status.getMessage(),
        Map.copyOf(info.getMetadataMap()),
        List.copyOf(details),
        foreign);
  }

  public Status.Code code() {
    return code;
  }

  /** The reason without the enum's prefix; empty if another service answered without one. */
  public String reason() {
    return reason;
  }

  /** Whether this is {@code reason}: for translating what another service answered. */
  public boolean is(ProtocolMessageEnum reason) {
    return this.reason.equals(nameOf(reason));
  }

  public Map<String, String> metadata() {
    return metadata;
  }

  /** The details apart from the ErrorInfo. */
  public List<Any> details() {
    return details;
  }

  /** The first detail of this type. */
  public <T extends Message> Optional<T> detail(Class<T> type) {
    return details.stream().flatMap(any -> unpack(any, type).stream()).findFirst();
  }

  /** Whether another service said it and nobody has translated it. */
  boolean isForeign() {
    return foreign;
  }

  /** The status, ErrorInfo first: for an answer that tells of many things what became of each. */
  public com.google.rpc.Status toStatus() {
    var info =
        ErrorInfo.newBuilder().setDomain(DOMAIN).setReason(reason).putAllMetadata(metadata).build();
    return com.google.rpc.Status.newBuilder()
        .setCode(code.value())
        .setMessage(getMessage())
        .addDetails(Any.pack(info))
        .addAllDetails(details)
        .build();
  }

  /** The status on the wire. */
  StatusRuntimeException toStatusException() {
    return StatusProto.toStatusRuntimeException(toStatus());
  }

  private static String nameOf(ProtocolMessageEnum reason) {
    String name = reason.getValueDescriptor().getName();
    return name.startsWith(REASON_PREFIX) ? name.substring(REASON_PREFIX.length()) : name;
  }

  private static <T extends Message> Optional<T> unpack(Any any, Class<T> type) {
    try {
      return any.is(type) ? Optional.of(any.unpack(type)) : Optional.empty();
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return code + "/" + reason + ": " + getMessage();
  }
}
