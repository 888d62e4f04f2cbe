package dev.emporion.inventory;

import static dev.emporion.inventory.Inventory.adjustment;
import static dev.emporion.inventory.Inventory.assertRefused;
import static dev.emporion.inventory.Inventory.commitOf;
import static dev.emporion.inventory.Inventory.line;
import static dev.emporion.inventory.Inventory.newId;
import static dev.emporion.inventory.Inventory.reservation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.emporion.inventory.v1.AdjustStockResponse;
import dev.emporion.inventory.v1.Availability;
import dev.emporion.inventory.v1.BatchGetAvailabilityRequest;
import dev.emporion.inventory.v1.ListMovementsRequest;
import dev.emporion.inventory.v1.Movement;
import dev.emporion.inventory.v1.MovementReason;
import dev.emporion.inventory.v1.StockAdjustedEvent;
import dev.emporion.inventory.v1.StockLevel;
import dev.emporion.platform.Caller;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StockTest {
  private static final Inventory INVENTORY = new Inventory("stock-test");

  @AfterEach
  void audit() {
    INVENTORY.audit();
  }

  @AfterAll
  static void close() {
    INVENTORY.close();
  }

  @Test
  void stockIsReceivedAndWrittenOffWithAnEntryInTheLedger() throws Exception {
    String mug = INVENTORY.newSku(5, 0);
    var request = adjustment(mug, "first", -2).toBuilder().setNote("fell from the shelf").build();

    AdjustStockResponse answer =
        Caller.as(Caller.merchant("42"), () -> INVENTORY.stub.adjustStock(request));

    assertThat(answer.getStockLevel())
        .isEqualTo(
            StockLevel.newBuilder()
                .setSku(mug)
                .setLocationId("first")
                .setOnHand(3)
                .setAvailable(3)
                .build());
    assertThat(answer.getMovement().getQuantity()).isEqualTo(-2);
    assertThat(answer.getMovement().getReason())
        .isEqualTo(MovementReason.MOVEMENT_REASON_WRITTEN_OFF);
    assertThat(answer.getMovement().getNote()).isEqualTo("fell from the shelf");
    assertThat(answer.getMovement().getCaller()).isEqualTo("merchant/42");
    assertThat(list("sku = " + mug).getFirst()).isEqualTo(answer.getMovement());
    assertThat(event(answer.getMovement().getMovementId()).getMovement())
        .isEqualTo(answer.getMovement());
  }

  @Test
  void aRepeatedAdjustmentIsBookedOnceAndGetsTheFirstAnswer() {
    String mug = INVENTORY.newSku(5, 0);
    var request = adjustment(mug, "first", 2);
    AdjustStockResponse first = INVENTORY.stub.adjustStock(request);
    INVENTORY.reserve(reservation(line(mug, 7)));

    assertThat(INVENTORY.stub.adjustStock(request)).isEqualTo(first);
    assertThat(INVENTORY.stock(mug)).isEqualTo("7/7");
    assertRefused(
        () -> INVENTORY.stub.adjustStock(request.toBuilder().setQuantity(3).build()),
        Code.ALREADY_EXISTS,
        "REQUEST_ID_REUSED");
  }

  @Test
  void whatIsReservedOrNotThereCannotBeWrittenOff() {
    String mug = INVENTORY.newSku(5, 0);
    INVENTORY.reserve(reservation(line(mug, 4)));

    assertRefused(
        () -> INVENTORY.stub.adjustStock(adjustment(mug, "first", -2)),
        Code.FAILED_PRECONDITION,
        "INSUFFICIENT_STOCK");
    assertRefused(
        () -> INVENTORY.stub.adjustStock(adjustment(mug, "second", -1)),
        Code.FAILED_PRECONDITION,
        "INSUFFICIENT_STOCK");
    assertThat(INVENTORY.stub.adjustStock(adjustment(mug, "first", -1)).getStockLevel().getOnHand())
        .isEqualTo(4);
    assertThat(INVENTORY.stock(mug)).isEqualTo("4/4");
  }

  @Test
  void anUnknownLocationHoldsNothing() {
    assertRefused(
        () -> INVENTORY.stub.adjustStock(adjustment("MUG", "nowhere", 1)),
        Code.NOT_FOUND,
        "LOCATION_NOT_FOUND");
  }

  @Test
  void noMoreIsCountedThanANumberCanSay() {
    String mug = INVENTORY.newSku(1, 0);
    INVENTORY.sql(
        """
        with moved as (
          update stock_levels set on_hand = on_hand + 999999998 where sku = '%1$s'
          returning sku, location_id, on_hand),
        counted as (
          insert into movements (movement_id, sku, location_id, quantity, reason, on_hand_after,
            reserved_after, caller, request_id, request_hash)
          select gen_random_uuid(), sku, location_id, 999999998, 'COUNTED', on_hand, 0, 'test',
            gen_random_uuid(), '' from moved
          returning movement_id)
        insert into outbox (aggregate_id, sequence, type, payload)
        select movement_id, 1, 'test', '' from counted
        """
            .formatted(mug));

    assertThat(INVENTORY.stub.adjustStock(adjustment(mug, "first", 1)).getStockLevel().getOnHand())
        .isEqualTo(1_000_000_000);
    assertRefused(
        () -> INVENTORY.stub.adjustStock(adjustment(mug, "first", 1)),
        Code.INVALID_ARGUMENT,
        "INVALID_VALUE");
  }

  @Test
  void availabilityIsToldInTheOrderAskedForAndAnUnknownSkuHasNone() {
    String mug = INVENTORY.newSku(2, 3);
    String cap = INVENTORY.newSku(0, 7);
    INVENTORY.reserve(reservation(line(mug, 3)));

    var answer =
        INVENTORY.stub.batchGetAvailability(
            BatchGetAvailabilityRequest.newBuilder()
                .addSkus(mug)
                .addSkus("NEVER-SEEN")
                .addSkus(cap)
                .build());

    assertThat(answer.getAvailabilitiesList())
        .extracting(Availability::getSku, Availability::getAvailable)
        .containsExactly(tuple(mug, 2), tuple("NEVER-SEEN", 0), tuple(cap, 7));
    assertThat(answer.getAvailabilities(0).getStockLevelsList())
        .extracting(StockLevel::getLocationId, StockLevel::getAvailable)
        .containsExactly(tuple("first", 0), tuple("second", 2));
  }

  @Test
  void theLedgerIsListedNewestFirstPageByPageAndFiltered() {
    String mug = INVENTORY.newSku(9, 0);
    var booked = new ArrayList<Movement>();
    for (int i = 0; i < 7; i++) {
      booked.addFirst(INVENTORY.stub.adjustStock(adjustment(mug, "second", 1)).getMovement());
    }
    String id = INVENTORY.reserve(reservation(line(mug, 2))).getReservationId();
    INVENTORY.commit(commitOf(id));

    String filter = "sku = %s AND location_id = second AND reason = RECEIVED".formatted(mug);
    assertThat(list(filter)).containsExactlyElementsOf(booked);
    assertThat(list("reservation_id = " + id))
        .extracting(Movement::getSku, Movement::getQuantity, Movement::getReason)
        .containsExactly(tuple(mug, -2, MovementReason.MOVEMENT_REASON_SHIPPED));
    assertThat(list("sku = " + mug + " AND reservation_id != " + id)).hasSize(8);
    assertThat(list("sku = " + mug + " AND create_time < \"2020-01-01T00:00:00Z\"")).isEmpty();
    assertRefused(() -> list("colour = red"), Code.INVALID_ARGUMENT, "INVALID_FILTER");
  }

  @Test
  void aPageTokenBelongsToItsFilter() {
    String mug = INVENTORY.newSku(1, 1);
    var page =
        INVENTORY.stub.listMovements(
            ListMovementsRequest.newBuilder().setPageSize(1).setFilter("sku = " + mug).build());

    assertRefused(
        () ->
            INVENTORY.stub.listMovements(
                ListMovementsRequest.newBuilder()
                    .setPageToken(page.getNextPageToken())
                    .setFilter("sku = OTHER")
                    .build()),
        Code.INVALID_ARGUMENT,
        "INVALID_PAGE_TOKEN");
    assertRefused(
        () ->
            INVENTORY.stub.listMovements(
                ListMovementsRequest.newBuilder().setPageToken(newId()).build()),
        Code.INVALID_ARGUMENT,
        "INVALID_PAGE_TOKEN");
  }

  private static List<Movement> list(String filter) {
    var listed = new ArrayList<Movement>();
    String token = "";
    do {
      var page =
          INVENTORY.stub.listMovements(
              ListMovementsRequest.newBuilder()
                  .setPageSize(3)
                  .setPageToken(token)
                  .setFilter(filter)
                  .build());
      listed.addAll(page.getMovementsList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return listed;
  }

  private static StockAdjustedEvent event(String movementId) throws InvalidProtocolBufferException {
    String payload =
        INVENTORY
            .rows(
                "select encode(payload, 'hex') from outbox where sequence = 1 and aggregate_id = '"
                    + movementId
                    + "'")
            .getFirst();
    return StockAdjustedEvent.parseFrom(HexFormat.of().parseHex(payload));
  }
}
