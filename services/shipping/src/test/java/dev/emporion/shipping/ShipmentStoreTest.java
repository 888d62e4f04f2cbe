package dev.emporion.shipping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Database;
import dev.emporion.platform.Failure;
import dev.emporion.shipping.v1.CreateShipmentRequest;
import dev.emporion.shipping.v1.MarkShippedResponse;
import dev.emporion.shipping.v1.ShipmentEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ShipmentStoreTest {
  private static final Database DATABASE =
      Database.open(ShippingFixture.config(ShippingFixture.database()));
  private static final Instant NOW = Instant.parse("2026-01-05T09:00:00.123456Z");
  private static final MarkShippedResponse ANSWER = MarkShippedResponse.getDefaultInstance();

  private final ShipmentStore store = new ShipmentStore(DATABASE);

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  @BeforeEach
  void empty() {
    DATABASE.run(handle -> handle.execute("truncate shipments, shipment_lines, requests, outbox"));
  }

  @Test
  void aShipmentIsFoundAsItWasSavedInEachOfItsStates() {
    Shipment created = made();
    assertThat(store.find(created.shipmentId())).contains(created);

    Shipment shipped = created.ship("Post", "123", NOW.plusSeconds(60));
    assertThat(store.save(claim(), shipped, ANSWER)).isOne();
    assertThat(store.find(created.shipmentId())).contains(shipped);

    Shipment delivered = shipped.deliver(NOW.plusSeconds(120));
    assertThat(store.save(claim(), delivered, ANSWER)).isOne();
    assertThat(store.load(claim(), created.shipmentId()).shipment()).contains(delivered);

    Shipment cancelled = made().cancel(NOW.plusSeconds(60));
    assertThat(store.save(claim(), cancelled, ANSWER)).isOne();
    assertThat(store.find(cancelled.shipmentId())).contains(cancelled);
  }

  @Test
  void aClaimMakesOneShipment() {
    Claim claim = claim();
    Shipment shipment = newShipment(claim, UUID.randomUUID(), NOW);

    assertThat(store.create(claim, shipment)).isTrue();
    assertThat(store.create(claim, newShipment(claim, UUID.randomUUID(), NOW))).isFalse();
    assertThat(store.madeBy(claim)).isEqualTo(shipment);
    assertThat(count("shipments")).isOne();
    assertThat(count("outbox")).isOne();

    Claim other = new Claim(claim.caller(), claim.rpc(), claim.requestId(), new byte[32]);
    assertThatThrownBy(() -> store.madeBy(other)).isInstanceOf(Failure.class);
  }

  @Test
  void aVersionIsSavedOnceWithItsEventAndItsAnswer() {
    Shipment created = made();
    Claim claim = claim();

    assertThat(store.save(claim, created.ship("Post", "1", NOW), ANSWER)).isOne();
    assertThat(store.save(claim(), created.ship("Bike", "2", NOW), ANSWER)).isZero();

    assertThat(store.find(created.shipmentId()).orElseThrow().carrier()).isEqualTo("Post");
    assertThat(store.load(claim, created.shipmentId()).saved()).isNotNull();
    assertThat(count("requests")).isOne();
    assertThat(events(created)).extracting(ShipmentEvent::getSequence).containsExactly(1, 2);
  }

  @Test
  void aTombstoneIsLaidOnceAndNotOverAShipment() {
    UUID id = UUID.randomUUID();
    Shipment tombstone = Shipment.tombstone(id, NOW);

    assertThat(store.bury(claim(), tombstone, ANSWER)).isOne();
    assertThat(store.bury(claim(), tombstone, ANSWER)).isZero();
    assertThat(store.find(id)).contains(tombstone);
    assertThat(store.bury(claim(), Shipment.tombstone(made().shipmentId(), NOW), ANSWER)).isZero();
    assertThat(events(tombstone)).hasSize(1);
  }

  @Test
  void shipmentsComeNewestFirstPageByPageThroughAFilter() {
    UUID order = UUID.randomUUID();
    var ofOrder = new ArrayList<Shipment>();
    for (int i = 0; i < 5; i++) {
      ofOrder.addFirst(made(order, NOW.plusSeconds(i)));
      made();
    }
    String filter = "order_id = \"" + order + "\" AND state = CREATED";

    var found = new ArrayList<Shipment>();
    String token = "";
    do {
      var page = store.list(2, token, filter);
      assertThat(page.rows()).hasSizeLessThanOrEqualTo(2);
      found.addAll(page.rows());
      token = page.nextPageToken();
    } while (!token.isEmpty());

    assertThat(found).containsExactlyElementsOf(ofOrder);
    assertThat(store.list(0, "", "create_time > \"2026-01-05T09:00:03Z\"").rows()).hasSize(2);
    assertThat(store.list(0, "", "state = SHIPPED").rows()).isEmpty();
  }

  private Shipment made() {
    return made(UUID.randomUUID(), NOW);
  }

  private Shipment made(UUID orderId, Instant now) {
    Claim claim = claim();
    Shipment shipment = newShipment(claim, orderId, now);
    store.create(claim, shipment);
    return shipment;
  }

  private static Shipment newShipment(Claim claim, UUID orderId, Instant now) {
    CreateShipmentRequest request = ShippingFixture.newShipment(orderId.toString());
    return Shipment.create(
        claim.requestId(),
        orderId,
        ShippingProto.lines(request.getLinesList()),
        request.getAddress(),
        request.getDeliveryOption(),
        now);
  }

  private static List<ShipmentEvent> events(Shipment shipment) {
    return DATABASE.run(
        handle ->
            handle
                .createQuery(
                    "select payload from outbox where aggregate_id = :id order by sequence")
                .bind("id", shipment.shipmentId())
                .map((row, context) -> event(row.getBytes("payload")))
                .list());
  }

  private static ShipmentEvent event(byte[] payload) {
    try {
      return ShipmentEvent.parseFrom(payload);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static int count(String table) {
    return DATABASE.run(
        handle -> handle.createQuery("select count(*) from " + table).mapTo(int.class).one());
  }

  private static Claim claim() {
    return Claim.of("test", ShippingFixture.newShipment(UUID.randomUUID().toString()));
  }
}
