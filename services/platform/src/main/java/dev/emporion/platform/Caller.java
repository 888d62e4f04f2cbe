package dev.emporion.platform;

import dev.emporion.common.v1.ErrorReason;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Who is calling, as the gateway found out and the mesh vouches for: the metadata key {@code
 * emporion-caller} with {@code customer/<id>}, {@code merchant/<id>}, {@code operator/<id>} or
 * {@code service/<name>}; absent for a guest. It travels with the gRPC context and on every
 * downstream call. Services use it for the ownership of data, and where the contract gives an RPC
 * to operators alone; which service may call which RPC is the mesh's.
 */
public record Caller(Kind kind, String id) {
  /** What a caller can be. */
  public enum Kind {
    GUEST,
    CUSTOMER,
    MERCHANT,
    OPERATOR,
    SERVICE
  }

  /** Somebody without a token. */
  public static final Caller GUEST = new Caller(Kind.GUEST, "");

  static final Metadata.Key<String> HEADER =
      Metadata.Key.of("emporion-caller", Metadata.ASCII_STRING_MARSHALLER);
  static final Context.Key<Caller> KEY = Context.keyWithDefault("emporion-caller", GUEST);

  private static final int MAX_LENGTH = 200;

  /** The caller of the RPC that this thread works for; a guest outside of one. */
  public static Caller current() {
    return KEY.get();
  }

  public static Caller customer(String id) {
    return new Caller(Kind.CUSTOMER, id);
  }

  public static Caller merchant(String id) {
    return new Caller(Kind.MERCHANT, id);
  }

  public static Caller operator(String id) {
    return new Caller(Kind.OPERATOR, id);
  }

  /** A service that acts by itself, such as a saga: {@code service("orders")}. */
  public static Caller service(String name) {
    return new Caller(Kind.SERVICE, name);
  }

  /** Runs the work as another caller: what it sends downstream carries that name. */
  public static <T> T as(Caller caller, Supplier<T> work) {
    Context before = Context.current().withValue(KEY, caller);
    Context previous = before.attach();
    try {
      return work.get();
    } finally {
      before.detach(previous);
    }
  }

  /** Runs the work as another caller. */
  public static void as(Caller caller, Runnable work) {
    Context.current().withValue(KEY, caller).run(work);
  }

  /** {@code customer/42}, or {@code guest}: as on the wire, in the log, and in stored claims. */
  public String name() {
    return kind == Kind.GUEST ? "guest" : kind.name().toLowerCase(Locale.ROOT) + "/" + id;
  }

  /** The owner of what this caller makes; null unless a customer calls. */
  public String customerId() {
    return kind == Kind.CUSTOMER ? id : null;
  }

  /**
   * Whether data of this customer is for this caller's eyes. What a guest made (no owner) is
   * reachable by whoever knows its id. A service answers NOT_FOUND where this says no.
   *
   * @param ownerCustomerId the owner's customer id; null or empty if a guest made it
   */
  public boolean maySee(String ownerCustomerId) {
    if (ownerCustomerId == null || ownerCustomerId.isEmpty()) {
      return true;
    }
    return switch (kind) {
      case GUEST -> false;
      case CUSTOMER -> id.equals(ownerCustomerId);
      case MERCHANT, OPERATOR, SERVICE -> true;
    };
  }

  /**
   * For the few RPCs that are an operator's alone.
   *
   * @throws Failure PERMISSION_DENIED / CALLER_NOT_ALLOWED unless an operator calls
   */
  public static void requireOperator() {
    if (current().kind != Kind.OPERATOR) {
      throw Failure.of(
          Status.Code.PERMISSION_DENIED,
          ErrorReason.ERROR_REASON_CALLER_NOT_ALLOWED,
          "this is for operators");
    }
  }

  /** Reads the header's value. What we do not understand must not pass as a guest. */
  static Caller parse(String header) {
    if (header == null) {
      return GUEST;
    }
    int slash = header.indexOf('/');
    String id = header.substring(slash + 1);
    if (slash > 0 && !id.isEmpty() && header.length() <= MAX_LENGTH) {
      switch (header.substring(0, slash)) {
        case "customer":
          return customer(id);
        case "merchant":
          return merchant(id);
        case "operator":
          return operator(id);
        case "service":
          return service(id);
        default:
          break;
      }
    }
    throw Failure.of(
        Status.Code.PERMISSION_DENIED,
        ErrorReason.ERROR_REASON_CALLER_NOT_ALLOWED,
        "emporion-caller is not customer/<id>, merchant/<id>, operator/<id> or service/<name>");
  }
}
