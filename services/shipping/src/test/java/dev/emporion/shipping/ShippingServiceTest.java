package dev.emporion.shipping;

import static dev.emporion.shipping.ShippingFixture.assertField;
import static dev.emporion.shipping.ShippingFixture.assertRefused;
import static dev.emporion.shipping.ShippingFixture.atOnce;
import static dev.emporion.shipping.ShippingFixture.line;
import static dev.emporion.shipping.ShippingFixture.newShipment;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.platform.Failure;
import dev.emporion.shipping.v1.CreateShipmentRequest;
import dev.emporion.shipping.v1.CreateShipmentResponse;
import dev.emporion.shipping.v1.GetShipmentRequest;
import dev.emporion.shipping.v1.ListShipmentsRequest;
import dev.emporion.shipping.v1.ListShipmentsResponse;
import dev.emporion.shipping.v1.MarkDeliveredRequest;
import dev.emporion.shipping.v1.MarkShippedRequest;
import dev.emporion.shipping.v1.Shipment;
import dev.emporion.shipping.v1.ShipmentState;
import dev.emporion.shipping.v1.ShippingServiceGrpc.ShippingServiceBlockingStub;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The RPCs about shipments. */
class ShippingServiceTest {
  private static final ShippingFixture SHIPPING = new ShippingFixture(ShippingFixture.database());

  private final ShippingServiceBlockingStub stub = SHIPPING.stub;

  @AfterAll
  static void close() {
    SHIPPING.close();
  }

  @Test
  void aShipmentIsMadeShippedAndDelivered() {
    Shipment created = created();
    assertThat(created.getState()).isEqualTo(ShipmentState.SHIPMENT_STATE_CREATED);
    assertThat(created.getLinesList())
        .as("by number and location")
        .containsExactly(
            line(1, "TEA-100", "berlin", 2),
            line(1, "TEA-100", "porto", 3),
            line(2, "MUG", "berlin", 1));
    assertThat(created.hasShipTime()).isFalse();

    Shipment shipped = stub.markShipped(shipping(created)).getShipment();
    assertThat(shipped.getState()).isEqualTo(ShipmentState.SHIPMENT_STATE_SHIPPED);
    assertThat(shipped.getCarrier() + " " + shipped.getTrackingNumber()).isEqualTo("Post 123");
    assertThat(shipped.hasShipTime() && !shipped.hasDeliverTime()).isTrue();

    Shipment delivered = stub.markDelivered(delivering(created)).getShipment();
    assertThat(delivered.getState()).isEqualTo(ShipmentState.SHIPMENT_STATE_DELIVERED);
    assertThat(get(created)).isEqualTo(delivered);
  }

  @Test
  void aRepeatedCreationGetsTheShipmentAsItStandsAndAnyOtherMutationItsFirstAnswer() {
    CreateShipmentRequest create = newShipment(UUID.randomUUID().toString());
    Shipment created = stub.createShipment(create).getShipment();
    MarkShippedRequest ship = shipping(created);
    Shipment shipped = stub.markShipped(ship).getShipment();
    MarkDeliveredRequest deliver = delivering(created);
    Shipment delivered = stub.markDelivered(deliver).getShipment();

    assertThat(created.getShipmentId()).isEqualTo(create.getRequestId());
    assertThat(stub.createShipment(create).getShipment()).isEqualTo(delivered);
    assertThat(stub.markShipped(ship).getShipment()).isEqualTo(shipped);
    assertThat(stub.markDelivered(deliver).getShipment()).isEqualTo(delivered);
  }

  @Test
  void aRequestIdWithAnotherPayloadIsRefused() {
    CreateShipmentRequest create = newShipment(UUID.randomUUID().toString());
    Shipment created = stub.createShipment(create).getShipment();
    MarkShippedRequest ship = shipping(created);
    stub.markShipped(ship);
    MarkDeliveredRequest deliver = delivering(created);
    stub.markDelivered(deliver);
    String other = created().getShipmentId();

    assertReused(() -> stub.createShipment(create.toBuilder().setDeliveryOption("x").build()));
    assertReused(() -> stub.markShipped(ship.toBuilder().setTrackingNumber("9").build()));
    assertReused(() -> stub.markDelivered(deliver.toBuilder().setShipmentId(other).build()));
  }

  @Test
  void aStateIsNeitherSkippedNorRepeatedAndARefusalSavesNoClaim() {
    Shipment created = created();
    MarkDeliveredRequest early = delivering(created);
    Failure refused =
        assertRefused(() -> stub.markDelivered(early), Code.FAILED_PRECONDITION, "SHIPMENT_STATE");
    assertThat(refused.metadata()).containsEntry("state", "CREATED");

    stub.markShipped(shipping(created));
    assertRefused(
        () -> stub.markShipped(shipping(created)), Code.FAILED_PRECONDITION, "SHIPMENT_STATE");
    assertThat(stub.markDelivered(early).getShipment().getState())
        .isEqualTo(ShipmentState.SHIPMENT_STATE_DELIVERED);
  }

  @Test
  void anUnknownShipmentIsNotFound() {
    Shipment nobody = Shipment.newBuilder().setShipmentId(UUID.randomUUID().toString()).build();

    assertRefused(() -> get(nobody), Code.NOT_FOUND, "SHIPMENT_NOT_FOUND");
    assertRefused(() -> stub.markShipped(shipping(nobody)), Code.NOT_FOUND, "SHIPMENT_NOT_FOUND");
    assertRefused(
        () -> stub.markDelivered(delivering(nobody)), Code.NOT_FOUND, "SHIPMENT_NOT_FOUND");
  }

  @Test
  void theSameRequestManyTimesAtOnceMakesOneShipment() throws Exception {
    String order = UUID.randomUUID().toString();
    CreateShipmentRequest request = newShipment(order);

    List<CreateShipmentResponse> answers = atOnce(16, () -> stub.createShipment(request));

    assertThat(answers).hasSize(16).containsOnly(answers.getFirst());
    assertThat(ofOrder(order, 0, "").getShipmentsCount()).isOne();
  }

  @Test
  void ofManyWhoShipAtOnceOneDoes() throws Exception {
    Shipment created = created();

    List<Boolean> shipped =
        atOnce(
            8,
            () -> {
              try {
                stub.markShipped(shipping(created));
                return true;
              } catch (StatusRuntimeException e) {
                assertThat(Failure.from(e).reason()).isEqualTo("SHIPMENT_STATE");
                return false;
              }
            });

    assertThat(shipped).containsOnlyOnce(true);
  }

  @Test
  void theShipmentsOfAnOrderComeNewestFirstPageByPage() {
    String order = UUID.randomUUID().toString();
    var made = new ArrayList<Shipment>();
    for (int i = 0; i < 3; i++) {
      made.addFirst(stub.createShipment(newShipment(order)).getShipment());
    }

    var first = ofOrder(order, 2, "");
    var second = ofOrder(order, 2, first.getNextPageToken());

    assertThat(first.getShipmentsList()).containsExactlyElementsOf(made.subList(0, 2));
    assertThat(second.getShipmentsList()).containsExactly(made.get(2));
    assertThat(second.getNextPageToken()).isEmpty();
    assertRefused(
        () -> ofOrder(UUID.randomUUID().toString(), 2, first.getNextPageToken()),
        Code.INVALID_ARGUMENT,
        "INVALID_PAGE_TOKEN");
  }

  @Test
  void aBadFieldIsNamed() {
    CreateShipmentRequest good = newShipment(UUID.randomUUID().toString());
    var twice = good.toBuilder().addLines(good.getLines(0)).build();
    var none = good.toBuilder().setLines(0, line(1, "MUG", "berlin", 0)).build();

    assertField(violated(() -> stub.createShipment(twice)), "lines");
    assertField(violated(() -> stub.createShipment(none)), "lines[0].quantity");
    assertField(
        violated(() -> stub.markShipped(shipping(created()).toBuilder().clearCarrier().build())),
        "carrier");
    assertField(
        violated(
            () ->
                stub.markShipped(shipping(created()).toBuilder().setTrackingNumber("1\0").build())),
        "tracking_number");
    assertRefused(
        () -> stub.listShipments(ListShipmentsRequest.newBuilder().setFilter("sku = X").build()),
        Code.INVALID_ARGUMENT,
        "INVALID_FILTER");
  }

  private static Failure violated(ThrowingCallable call) {
    return assertRefused(call, Code.INVALID_ARGUMENT, "VIOLATED_FIELD");
  }

  private static void assertReused(ThrowingCallable call) {
    assertRefused(call, Code.ALREADY_EXISTS, "REQUEST_ID_REUSED");
  }

  private Shipment created() {
    return stub.createShipment(newShipment(UUID.randomUUID().toString())).getShipment();
  }

  private Shipment get(Shipment shipment) {
    return stub.getShipment(
            GetShipmentRequest.newBuilder().setShipmentId(shipment.getShipmentId()).build())
        .getShipment();
  }

  private ListShipmentsResponse ofOrder(String orderId, int size, String token) {
    return stub.listShipments(
        ListShipmentsRequest.newBuilder()
            .setPageSize(size)
            .setPageToken(token)
            .setFilter("order_id = \"" + orderId + "\"")
            .build());
  }

  private static MarkShippedRequest shipping(Shipment shipment) {
    return MarkShippedRequest.newBuilder()
        .setRequestId(UUID.randomUUID().toString())
        .setShipmentId(shipment.getShipmentId())
        .setCarrier("Post")
        .setTrackingNumber("123")
        .build();
  }

  private static MarkDeliveredRequest delivering(Shipment shipment) {
    return MarkDeliveredRequest.newBuilder()
        .setRequestId(UUID.randomUUID().toString())
        .setShipmentId(shipment.getShipmentId())
        .build();
  }
}
