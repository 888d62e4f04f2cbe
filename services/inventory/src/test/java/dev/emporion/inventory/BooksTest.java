package dev.emporion.inventory;

import static dev.emporion.inventory.Inventory.adjustment;
import static dev.emporion.inventory.Inventory.assertRefused;
import static dev.emporion.inventory.Inventory.hold;
import static dev.emporion.inventory.Inventory.line;
import static dev.emporion.inventory.Inventory.newId;
import static dev.emporion.inventory.Inventory.patient;
import static dev.emporion.inventory.Inventory.reservation;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.inventory.v1.AuditReservationsRequest;
import dev.emporion.inventory.v1.CheckBooksRequest;
import dev.emporion.inventory.v1.Reservation;
import dev.emporion.platform.Caller;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What operators are told of the books, right ones and broken ones. */
class BooksTest {
  private static final String MUG = "MUG-WHITE";

  private final Inventory inventory = new Inventory("books-test");

  @AfterEach
  void close() {
    inventory.close();
  }

  @Test
  void whatIsAsItShouldBeIsCounted() {
    inventory.stub.adjustStock(adjustment(MUG, "first", 9));
    String id = inventory.reserve(reservation(line(MUG, 3))).getReservationId();
    inventory.commit(Inventory.commitOf(id, Inventory.part(MUG, "first", 1)));
    inventory.release(newId());

    var books = inventory.books();

    assertThat(books.getViolationsList()).isEmpty();
    assertThat(books.getViolationCount()).isZero();
    assertThat(books.getCountsMap())
        .containsEntry("stock_levels", 1L)
        .containsEntry("movements", 2L)
        .containsEntry("reservations", 2L);
  }

  @Test
  void aLostMovementIsFound() {
    inventory.stub.adjustStock(adjustment(MUG, "first", 9));
    inventory.stub.adjustStock(adjustment(MUG, "first", 2));
    inventory.sql(
        "delete from outbox where aggregate_id = (select movement_id from movements limit 1)");
    inventory.sql("delete from movements where quantity = 9");

    assertThat(violations())
        .contains(
            "on-hand-is-the-sum-of-movements MUG-WHITE@first: on hand is 11, movements sum to 2");
  }

  @Test
  void stockThatNoReservationHoldsIsFound() {
    inventory.stub.adjustStock(adjustment(MUG, "first", 9));
    inventory.reserve(reservation(line(MUG, 3)));
    inventory.sql("update stock_levels set reserved = 5");

    assertThat(violations())
        .containsExactly(
            "reserved-is-what-reservations-hold MUG-WHITE@first: reserved is 5, reservations hold 3");
  }

  @Test
  void aReservationOfWhatIsNotReservedIsFound() {
    String id = inventory.reserve(reservation(patient(MUG, 3))).getReservationId();
    inventory.sql("delete from reservation_backorders");
    inventory.sql(
        "insert into reservation_lines values ('%s', 'MUG-WHITE', 'first', 3)".formatted(id));

    assertThat(violations())
        .containsExactly(
            "reserved-is-what-reservations-hold MUG-WHITE@first: reserved is 0, reservations hold 3");
  }

  @Test
  void whatWaitsForAReservationThatEndedIsFound() {
    String id = inventory.reserve(reservation(patient(MUG, 3))).getReservationId();
    inventory.sql("update reservations set state = 'RELEASED'");

    assertThat(violations())
        .containsExactly(
            "reserved-is-what-reservations-hold "
                + id
                + ": 3 of MUG-WHITE are backordered, and it is RELEASED");
  }

  @Test
  void morePromisedThanThereIsIsFound() {
    inventory.stub.adjustStock(adjustment(MUG, "first", 2));
    inventory.reserve(reservation(line(MUG, 2)));
    inventory.sql("alter table stock_levels drop constraint stock_levels_never_oversold");
    inventory.sql("alter table movements drop constraint movements_check");
    inventory.sql("update stock_levels set reserved = 3");

    assertThat(violations())
        .contains("reserved-within-on-hand MUG-WHITE@first: reserved is 3, on hand is 2");
  }

  @Test
  void aLostEventIsFoundWhoseverItIs() {
    inventory.stub.adjustStock(adjustment(MUG, "first", 9));
    String id = inventory.reserve(reservation(line(MUG, 3))).getReservationId();
    inventory.release(id);
    String movement = inventory.rows("select movement_id from movements").getFirst();
    inventory.sql("delete from outbox where sequence = 1");

    assertThat(violations())
        .containsExactlyInAnyOrder(
            "one-event-a-change "
                + id
                + ": reservation is at version 2, its events are 1 and end at 2",
            "one-event-a-change "
                + movement
                + ": adjustment is at version 1, its events are 0 and end at 0");
    inventory.sql("delete from movements");
    inventory.sql("delete from reservations");
    assertThat(violations())
        .contains(
            "one-event-a-change "
                + id
                + ": nothing is at version 0, its events are 1 and end at 2");
  }

  @Test
  void theBooksAreForOperators() {
    for (Caller caller :
        List.of(
            Caller.GUEST, Caller.customer("1"), Caller.merchant("1"), Caller.service("orders"))) {
      Caller.as(
          caller,
          () -> {
            assertRefused(
                () -> inventory.stub.checkBooks(CheckBooksRequest.getDefaultInstance()),
                Code.PERMISSION_DENIED,
                "CALLER_NOT_ALLOWED");
            assertRefused(
                () ->
                    inventory.stub.auditReservations(AuditReservationsRequest.getDefaultInstance()),
                Code.PERMISSION_DENIED,
                "CALLER_NOT_ALLOWED");
          });
    }
  }

  @Test
  void reservationsAreAuditedByIdAndThoseOfOrdersPageByPage() {
    inventory.stub.adjustStock(adjustment(MUG, "first", 9));
    List<Reservation> ofOrders = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ofOrders.add(inventory.reserve(reservation(line(MUG, 1), patient("CAP", 2))));
    }
    ofOrders.sort((a, b) -> a.getReservationId().compareTo(b.getReservationId()));
    Reservation forNobody = inventory.reserve(hold(line(MUG, 1)));
    Reservation tombstone = inventory.release(newId());

    assertThat(
            audited(
                AuditReservationsRequest.newBuilder()
                    .addReservationIds(newId())
                    .addReservationIds(forNobody.getReservationId())
                    .addReservationIds(tombstone.getReservationId())))
        .containsExactlyInAnyOrder(forNobody, tombstone);
    assertThat(audited(AuditReservationsRequest.newBuilder())).isEqualTo(ofOrders);
    var page = AuditReservationsRequest.newBuilder().setPageSize(3);
    assertThat(audited(page)).isEqualTo(ofOrders.subList(0, 3));
    assertThat(audited(page.setAfterReservationId(ofOrders.get(2).getReservationId())))
        .isEqualTo(ofOrders.subList(3, 5));
  }

  private List<Reservation> audited(AuditReservationsRequest.Builder request) {
    return Caller.as(
        Caller.operator("o-1"),
        () -> inventory.stub.auditReservations(request.build()).getReservationsList());
  }

  private List<String> violations() {
    return inventory.books().getViolationsList().stream()
        .map(one -> one.getInvariant() + " " + one.getSubject() + ": " + one.getMessage())
        .toList();
  }
}
