package dev.emporion.shipping;

import static dev.emporion.shipping.ShippingFixture.assertRefused;
import static dev.emporion.shipping.ShippingFixture.newShipment;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.common.v1.Books;
import dev.emporion.common.v1.Violation;
import dev.emporion.platform.Caller;
import dev.emporion.shipping.v1.AuditShipmentsRequest;
import dev.emporion.shipping.v1.CancelShipmentRequest;
import dev.emporion.shipping.v1.CheckBooksRequest;
import dev.emporion.shipping.v1.Shipment;
import dev.emporion.testing.TestDatabase;
import io.grpc.Status.Code;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an operator's audit asks. */
class ShippingAuditTest {
  private static final TestDatabase DATABASE = ShippingFixture.database();
  private static final ShippingFixture SHIPPING = new ShippingFixture(DATABASE);

  @AfterAll
  static void close() {
    SHIPPING.close();
  }

  @BeforeEach
  void empty() throws SQLException {
    sql("truncate shipments, shipment_lines, requests, outbox");
  }

  @Test
  void soundBooksHaveNoViolations() {
    made();
    cancel(made().getShipmentId());
    cancel(UUID.randomUUID().toString());

    Books books = SHIPPING.checkBooks();

    assertThat(books.getViolationsList()).isEmpty();
    assertThat(books.getViolationCount()).isZero();
    assertThat(books.getCountsMap()).containsEntry("shipments", 3L);
  }

  @Test
  void aLostEventIsFound() throws SQLException {
    made();
    String lost = made().getShipmentId();
    String gap = made().getShipmentId();
    cancel(gap);
    sql("delete from outbox where aggregate_id = '" + lost + "'");
    sql("delete from outbox where sequence = 1 and aggregate_id = '" + gap + "'");

    assertThat(SHIPPING.checkBooks().getViolationsList())
        .containsExactlyInAnyOrder(
            violation(lost, "changed 1 times, told 0 times, the last event is number 0"),
            violation(gap, "changed 2 times, told 1 times, the last event is number 2"));
  }

  @Test
  void shipmentsAreReadPageByPageWithoutTombstones() {
    var made = new ArrayList<String>();
    for (int i = 0; i < 5; i++) {
      made.add(made().getShipmentId());
      cancel(UUID.randomUUID().toString());
    }

    var found = new ArrayList<String>();
    var page = AuditShipmentsRequest.newBuilder().setPageSize(2);
    List<Shipment> shipments;
    do {
      shipments = audit(page.build());
      shipments.forEach(shipment -> found.add(shipment.getShipmentId()));
      page.setAfterShipmentId(found.getLast());
    } while (shipments.size() == 2);

    assertThat(found).containsExactlyElementsOf(made.stream().sorted().toList());
    assertThat(audit(AuditShipmentsRequest.getDefaultInstance())).hasSize(5);
  }

  @Test
  void shipmentsAreReadByTheirIdsAndUnknownOnesAreLeftOut() {
    Shipment made = made();
    made();

    assertThat(
            audit(
                AuditShipmentsRequest.newBuilder()
                    .addShipmentIds(made.getShipmentId())
                    .addShipmentIds(UUID.randomUUID().toString())
                    .build()))
        .containsExactly(made);
  }

  @Test
  void nobodyButAnOperatorMayAsk() {
    Caller.as(
        Caller.merchant("m"),
        () -> {
          assertRefused(
              () -> SHIPPING.stub.checkBooks(CheckBooksRequest.getDefaultInstance()),
              Code.PERMISSION_DENIED,
              "CALLER_NOT_ALLOWED");
          assertRefused(
              () -> SHIPPING.stub.auditShipments(AuditShipmentsRequest.getDefaultInstance()),
              Code.PERMISSION_DENIED,
              "CALLER_NOT_ALLOWED");
        });
  }

  private static Shipment made() {
    return SHIPPING.stub.createShipment(newShipment(UUID.randomUUID().toString())).getShipment();
  }

  private static void cancel(String shipmentId) {
    SHIPPING.stub.cancelShipment(
        CancelShipmentRequest.newBuilder()
            .setRequestId(UUID.randomUUID().toString())
            .setShipmentId(shipmentId)
            .build());
  }

  private static List<Shipment> audit(AuditShipmentsRequest request) {
    return Caller.as(
        Caller.operator("o"), () -> SHIPPING.stub.auditShipments(request).getShipmentsList());
  }

  private static Violation violation(String subject, String message) {
    return Violation.newBuilder()
        .setInvariant("one-event-a-change")
        .setSubject(subject)
        .setMessage(message)
        .build();
  }

  private static void sql(String statement) throws SQLException {
    try (Connection connection = DATABASE.connect();
        Statement sql = connection.createStatement()) {
      sql.execute(statement);
    }
  }
}
