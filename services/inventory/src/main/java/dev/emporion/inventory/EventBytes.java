package dev.emporion.inventory;

import dev.emporion.inventory.v1.Allocation;
import dev.emporion.inventory.v1.Reservation;
import dev.emporion.inventory.v1.ReservationEvent;

/**
 * SQL that writes parts of a {@link ReservationEvent} in the wire format of Protocol Buffers: what
 * a Reserve gets is known only within the statement that must store the event too. The rest is
 * bound, as the generated code makes it. The format allows such a sum: a message that occurs
 * several times is merged, and lists are put together.
 *
 * <p>Every message made here is shorter than 128 bytes, so that its length is one byte, and numbers
 * have a fixed width: groups of seven bits, the lowest first, the leading ones zero. Every parser
 * takes that.
 */
final class EventBytes {
  private static final int TIMESTAMP_LENGTH = 12;
  private static final int LENGTH_DELIMITED = 2;

  private EventBytes() {}

  /** Of a timestamptz, 12 bytes that {@link #made} takes; null of a null. */
  static String timestamp(String time) {
    // A double holds the microseconds of this century exactly.
    String micros = "(date_part('epoch', " + time + ") * 1000000)::bigint";
    return number(1, "(" + micros + " / 1000000)")
        + " || "
        + number(2, "(" + micros + " % 1000000 * 1000)");
  }

  /** The whole event. */
  static String made(String head, String createTime, String expireTime, String allocations) {
    return "%s || %s || %s || %s || %s || coalesce(%s || %s, '') || %s"
        .formatted(
            head,
            bytes(tag(ReservationEvent.OCCUR_TIME_FIELD_NUMBER), TIMESTAMP_LENGTH),
            createTime,
            timeOfReservation(Reservation.CREATE_TIME_FIELD_NUMBER),
            createTime,
            timeOfReservation(Reservation.EXPIRE_TIME_FIELD_NUMBER),
            expireTime,
            allocations);
  }

  /**
   * The event's reservation with one allocation.
   *
   * @param quantity up to 16,383
   */
  static String allocation(String sku, String locationId, String quantity) {
    long header = 0; // of the reservation, of the allocation, of the SKU: each a tag and a length
    for (int part :
        new int[] {
          tag(ReservationEvent.RESERVATION_FIELD_NUMBER),
          9,
          tag(Reservation.ALLOCATIONS_FIELD_NUMBER),
          7,
          tag(Allocation.SKU_FIELD_NUMBER),
          0
        }) {
      header = header << 8 | part;
    }
    return """
        substr(int8send(%d + (octet_length(%s) + octet_length(%s)) * %d + octet_length(%s)), 3)
          || convert_to(%s, 'UTF8')
          || substr(int4send(%d + octet_length(%s)), 3) || convert_to(%s, 'UTF8')
          || substr(int4send(%d + ((%s & 127 | 128) << 8) + (%s >> 7)), 2)"""
        .formatted(
            header,
            sku,
            locationId,
            (1L << 32) + (1L << 16),
            sku,
            sku,
            tag(Allocation.LOCATION_ID_FIELD_NUMBER) << 8,
            locationId,
            locationId,
            Allocation.QUANTITY_FIELD_NUMBER << 3 << 16,
            quantity,
            quantity);
  }

  private static String timeOfReservation(int field) {
    return bytes(
        tag(ReservationEvent.RESERVATION_FIELD_NUMBER),
        TIMESTAMP_LENGTH + 2,
        tag(field),
        TIMESTAMP_LENGTH);
  }

  /** A field of six bytes with a number below 2^35. */
  private static String number(int field, String value) {
    return """
        substr(int8send((%2$d::bigint << 40)
          | ((%1$s & 127 | 128) << 32) | ((%1$s >> 7 & 127 | 128) << 24)
          | ((%1$s >> 14 & 127 | 128) << 16) | ((%1$s >> 21 & 127 | 128) << 8)
          | (%1$s >> 28)), 3)"""
        .formatted(value, field << 3);
  }

  private static int tag(int field) {
    return field << 3 | LENGTH_DELIMITED;
  }

  private static String bytes(int... values) {
    var hex = new StringBuilder("'\\x");
    for (int value : values) {
      hex.append("%02x".formatted(value));
    }
    return hex.append("'::bytea").toString();
  }
}
