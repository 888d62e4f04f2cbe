package dev.emporion.platform;

import com.google.protobuf.Message;
import java.util.UUID;
import org.jdbi.v3.core.statement.SqlStatement;

/** Events, written by the very statement that makes them true. */
public final class Outbox {

  private Outbox() {}

  /**
   * Binds an event: :aggregate_id, :sequence, :event_type (the message's full name), :event_payload
   * and :trace_parent.
   *
   * @param sequence the version that the aggregate has after this change, so that events are
   *     gapless and a twin of this statement breaks the primary key
   */
  public static <S extends SqlStatement<S>> S bind(
      S statement, UUID aggregateId, int sequence, Message event) {
    return statement
        .bind("aggregate_id", aggregateId)
        .bind("sequence", sequence)
        .bind("event_type", type(event))
        .bind("event_payload", event.toByteArray())
        .bind("trace_parent", traceParent());
  }

  /** {@code emporion.orders.v1.OrderPlaced}. */
  public static String type(Message event) {
    return event.getDescriptorForType().getFullName();
  }

  /** The trace of the work at hand as W3C Trace Context spells it; null outside of one. */
  public static String traceParent() {
    return Trace.current().traceParent();
  }
}
