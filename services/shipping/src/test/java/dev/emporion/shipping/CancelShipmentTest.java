package dev.emporion.shipping;

import static dev.emporion.shipping.ShippingFixture.assertRefused;
import static dev.emporion.shipping.ShippingFixture.atOnce;
import static dev.emporion.shipping.ShippingFixture.newShipment;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.platform.Failure;
import dev.emporion.shipping.v1.CancelShipmentRequest;
import dev.emporion.shipping.v1.CreateShipmentRequest;
import dev.emporion.shipping.v1.GetShipmentRequest;
import dev.emporion.shipping.v1.MarkShippedRequest;
import dev.emporion.shipping.v1.Shipment;
import dev.emporion.shipping.v1.ShipmentState;
import dev.emporion.shipping.v1.ShippingServiceGrpc.ShippingServiceBlockingStub;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Every order in which a shipment and its cancellation can meet. */
class CancelShipmentTest {
  private static final ShippingFixture SHIPPING = new ShippingFixture(ShippingFixture.database());

  private final ShippingServiceBlockingStub stub = SHIPPING.stub;
  private final CreateShipmentRequest create = newShipment(UUID.randomUUID().toString());
  private final CancelShipmentRequest cancel = cancelling(create.getRequestId());

  @AfterAll
  static void close() {
    SHIPPING.close();
  }

  @Test
  void aCancelledShipmentDoesNotLeaveAndIsNotMadeAgain() {
    Shipment created = stub.createShipment(create).getShipment();
    Shipment cancelled = stub.cancelShipment(cancel).getShipment();

    assertThat(cancelled)
        .isEqualTo(created.toBuilder().setState(ShipmentState.SHIPMENT_STATE_CANCELLED).build());
    assertThat(get()).isEqualTo(cancelled);
    assertCancelled(() -> stub.markShipped(shipping()));
    assertCancelled(() -> stub.createShipment(create));
  }

  @Test
  void aCancellationThatComesFirstLeavesATombstone() {
    Shipment tombstone = stub.cancelShipment(cancel).getShipment();

    assertThat(tombstone.getShipmentId()).isEqualTo(create.getRequestId());
    assertThat(tombstone.getState()).isEqualTo(ShipmentState.SHIPMENT_STATE_CANCELLED);
    assertThat(tombstone.getLinesCount()).isZero();
    assertThat(tombstone.getOrderId()).isEmpty();
    assertCancelled(() -> stub.createShipment(create));
    assertCancelled(() -> stub.markShipped(shipping()));
    assertThat(get()).isEqualTo(tombstone);
  }

  @Test
  void cancellingTwiceIsNoErrorAndARepetitionGetsItsFirstAnswer() {
    Shipment tombstone = stub.cancelShipment(cancel).getShipment();
    CancelShipmentRequest again = cancelling(create.getRequestId());

    assertThat(stub.cancelShipment(cancel).getShipment()).isEqualTo(tombstone);
    assertThat(stub.cancelShipment(again).getShipment()).isEqualTo(tombstone);
    assertThat(stub.cancelShipment(again).getShipment()).isEqualTo(tombstone);
    assertRefused(
        () ->
            stub.cancelShipment(
                again.toBuilder().setShipmentId(UUID.randomUUID().toString()).build()),
        Code.ALREADY_EXISTS,
        "REQUEST_ID_REUSED");
  }

  @Test
  void whatLeftIsNotCancelled() {
    stub.createShipment(create);
    Shipment shipped = stub.markShipped(shipping()).getShipment();

    Failure refusal =
        assertRefused(
            () -> stub.cancelShipment(cancel), Code.FAILED_PRECONDITION, "SHIPMENT_STATE");

    assertThat(refusal.metadata()).containsEntry("state", "SHIPPED");
    assertThat(get()).isEqualTo(shipped);
  }

  @Test
  void whicheverComesFirstTheShipmentIsCancelled() throws Exception {
    for (int round = 0; round < 20; round++) {
      CreateShipmentRequest one = newShipment(UUID.randomUUID().toString());
      var turn = new AtomicInteger();

      atOnce(
          4,
          () ->
              turn.getAndIncrement() % 2 == 0
                  ? made(one)
                  : stub.cancelShipment(cancelling(one.getRequestId())));

      assertCancelled(() -> stub.createShipment(one));
    }
    assertThat(SHIPPING.checkBooks().getViolationsList()).isEmpty();
  }

  /** Made, or refused because it was cancelled. */
  private Object made(CreateShipmentRequest request) {
    try {
      return stub.createShipment(request);
    } catch (StatusRuntimeException e) {
      assertThat(Failure.from(e).reason()).isEqualTo("SHIPMENT_STATE");
      return List.of();
    }
  }

  private Shipment get() {
    return stub.getShipment(
            GetShipmentRequest.newBuilder().setShipmentId(create.getRequestId()).build())
        .getShipment();
  }

  private MarkShippedRequest shipping() {
    return MarkShippedRequest.newBuilder()
        .setRequestId(UUID.randomUUID().toString())
        .setShipmentId(create.getRequestId())
        .setCarrier("Post")
        .build();
  }

  private static CancelShipmentRequest cancelling(String shipmentId) {
    return CancelShipmentRequest.newBuilder()
        .setRequestId(UUID.randomUUID().toString())
        .setShipmentId(shipmentId)
        .build();
  }

  private static void assertCancelled(ThrowingCallable call) {
    Failure refusal = assertRefused(call, Code.FAILED_PRECONDITION, "SHIPMENT_STATE");
    assertThat(refusal.metadata()).containsEntry("state", "CANCELLED");
  }
}
