package dev.emporion.orders;

import static dev.emporion.orders.Acts.back;
import static dev.emporion.orders.Acts.came;
import static dev.emporion.orders.Acts.units;
import static dev.emporion.orders.Requests.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.ReceiveReturnRequest;
import dev.emporion.orders.v1.RequestReturnRequest;
import dev.emporion.orders.v1.ReturnReason;
import dev.emporion.orders.v1.ReturnState;
import dev.emporion.platform.Failure;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** RequestReturn and ReceiveReturn. */
class ReturnsTest {
  private static final ReturnReason UNWANTED = ReturnReason.RETURN_REASON_UNWANTED;

  private final OrdersFixture fixture = new OrdersFixture();
  private final FakeShop shop = fixture.shop;
  private final OrdersFixture.Instance orders = fixture.instance();
  private final Acts acts = new Acts(fixture, orders);

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void aReturnIsAnnouncedUnderTheIdOfItsRequest() {
    Order order = shipped(3);
    var request =
        back(order, 1, 2, UNWANTED).addLines(back(2, 1, ReturnReason.RETURN_REASON_OTHER));

    Order asked = acts.send(request);

    assertThat(asked.getReturnsCount()).isEqualTo(1);
    var announced = asked.getReturns(0);
    assertThat(announced.getReturnId()).isEqualTo(request.getRequestId());
    assertThat(announced.getState()).isEqualTo(ReturnState.RETURN_STATE_REQUESTED);
    assertThat(announced.getLinesList())
        .extracting(line -> line.getQuantity())
        .containsExactly(2, 1);
    assertThat(announced.hasReceiveTime()).isFalse();
    assertThat(asked.getState()).isEqualTo(order.getState());
    assertThat(acts.get(order)).isEqualTo(asked);
  }

  @Test
  void noMoreIsAnnouncedThanWasShippedAndIsNotAnnouncedYet() {
    Order order = acts.ship(acts.place(3), units(1, 2));
    acts.send(back(order, 1, 1, UNWANTED));

    Failure tooMany = refusal(() -> acts.send(back(order, 1, 2, UNWANTED)));

    assertThat(tooMany.code()).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(tooMany.reason()).isEqualTo("QUANTITY_EXCEEDED");
    assertThat(tooMany.metadata()).containsEntry("line_number", "1").containsEntry("quantity", "1");
    assertThat(refusal(() -> acts.send(back(order, 2, 1, UNWANTED))).reason())
        .as("the tea has not left")
        .isEqualTo("QUANTITY_EXCEEDED");
    assertThat(refusal(() -> acts.send(back(order, 9, 1, UNWANTED))).reason())
        .isEqualTo("QUANTITY_EXCEEDED");
  }

  @Test
  void nothingComesBackOfWhatHasNotLeft() {
    Order order = acts.place(1);

    Failure refusal = refusal(() -> acts.send(back(order, 1, 1, UNWANTED)));

    assertThat(refusal.reason()).isEqualTo("ORDER_STATE");
    assertThat(refusal.metadata()).containsEntry("state", "CONFIRMED");
  }

  @Test
  void aStaleEtagAnUnknownOrderAndAReusedIdAreRefused() {
    Order order = shipped(2);
    var request = back(order, 1, 1, UNWANTED);

    assertThat(refusal(() -> acts.send(request.clone().setEtag("v1"))).reason())
        .isEqualTo("ETAG_MISMATCH");
    assertThat(refusal(() -> acts.send(request.clone().setOrderId(Requests.id()))).reason())
        .isEqualTo("ORDER_NOT_FOUND");
    acts.send(request);
    assertThat(
            refusal(() -> acts.send(request.clone().clearLines().addLines(back(2, 1, UNWANTED))))
                .reason())
        .isEqualTo("REQUEST_ID_REUSED");
    assertThat(
            refusal(() -> orders.as("customer/eve").requestReturn(request.build()).getOrder())
                .reason())
        .as("somebody else's request of this id")
        .isEqualTo("REQUEST_ID_REUSED");
    var ofAnother = request.clone().setOrderId(shipped(2).getOrderId()).build();
    assertThat(
            refusal(() -> orders.as("customer/eve").requestReturn(ofAnother).getOrder()).reason())
        .as("for another order")
        .isEqualTo("REQUEST_ID_REUSED");
  }

  @Test
  void manyRepetitionsAtOnceAnnounceOneReturn() throws Exception {
    Order order = shipped(2);
    RequestReturnRequest request = back(order, 1, 2, UNWANTED).build();
    var other = fixture.instance();
    var answers = new ArrayList<Future<Order>>();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 16; i++) {
        var stub = i % 2 == 0 ? orders.stub : other.stub;
        answers.add(executor.submit(() -> stub.requestReturn(request).getOrder()));
      }
    }
    var different = new HashSet<Order>();
    for (var answer : answers) {
      different.add(answer.get());
    }
    assertThat(different).hasSize(1);
    assertThat(acts.get(order).getReturnsCount()).isEqualTo(1);
  }

  @Test
  void whatCameGoesBackIntoStockOrNowhere() {
    Order order = acts.send(back(shipped(3), 1, 3, UNWANTED).addLines(back(2, 1, UNWANTED)));

    Order received = acts.send(came(order, came(1, 1, 1), came(2, 1, 0)));

    assertThat(received.getReturns(0).getState()).isEqualTo(ReturnState.RETURN_STATE_RECEIVED);
    assertThat(received.getReturns(0).hasReceiveTime()).isTrue();
    assertThat(received.getLinesList())
        .extracting(line -> line.getReturnedQuantity())
        .containsExactly(2, 1);
    assertThat(shop.adjusted.values()).containsExactlyInAnyOrder("MUG+1@berlin", "TEA+1@berlin");
    assertThat(acts.get(order)).isEqualTo(received);
    assertThat(acts.send(back(order, 1, 1, UNWANTED)).getReturnsCount())
        .as("the one that did not come may be announced again")
        .isEqualTo(2);
  }

  @Test
  void withoutLinesEverythingCameAndIsSoldAgain() {
    Order order = acts.send(back(shipped(2), 1, 2, UNWANTED));

    Order received = acts.send(came(order));

    assertThat(received.getReturns(0).getLines(0).getRestockedQuantity()).isEqualTo(2);
    assertThat(shop.adjusted.values()).containsExactly("MUG+2@berlin");
  }

  @Test
  void aReturnIsReceivedOnce() {
    Order order = acts.send(back(shipped(2), 1, 2, UNWANTED));
    ReceiveReturnRequest request = came(order, came(1, 1, 0)).build();
    Order first = acts.send(request.toBuilder());

    assertThat(acts.send(request.toBuilder())).as("a repetition").isEqualTo(first);
    Failure again = refusal(() -> acts.send(came(order)));
    assertThat(again.reason()).isEqualTo("RETURN_STATE");
    assertThat(again.metadata()).containsEntry("state", "RECEIVED");
    assertThat(shop.adjusted).hasSize(1);
  }

  @Test
  void noMoreComesThanWasAnnounced() {
    Order order = acts.send(back(shipped(3), 1, 2, UNWANTED));

    Failure refusal = refusal(() -> acts.send(came(order, came(1, 1, 2))));

    assertThat(refusal.reason()).isEqualTo("QUANTITY_EXCEEDED");
    assertThat(refusal.metadata()).containsEntry("quantity", "2");
    assertThat(refusal(() -> acts.send(came(order, came(2, 1, 0)))).metadata())
        .containsEntry("line_number", "2")
        .containsEntry("quantity", "0");
  }

  @Test
  void anUnknownLocationChangesNothing() {
    Order order = acts.send(back(shipped(1), 1, 1, UNWANTED));
    var request = came(order).setLocationId("atlantis");

    assertThat(refusal(() -> acts.send(request)).reason()).isEqualTo("LOCATION_NOT_FOUND");

    assertThat(refusal(() -> acts.send(request)).code())
        .as("a repetition gets the same refusal")
        .isEqualTo(Code.NOT_FOUND);
    Order after = acts.get(order);
    assertThat(after.getReturnsList()).isEqualTo(order.getReturnsList());
    assertThat(after.getLinesList()).isEqualTo(order.getLinesList());
    assertThat(after.hasActiveChange()).isFalse();
    assertThat(acts.send(came(order)).getReturns(0).getState())
        .isEqualTo(ReturnState.RETURN_STATE_RECEIVED);
  }

  @Test
  void anUnknownReturnIsNotFoundAndABuyerReceivesNothing() {
    Order order = acts.send(back(shipped(1), 1, 1, UNWANTED));

    assertThat(
            refusal(() -> acts.send(came(order).setReturnId(UUID.randomUUID().toString())))
                .reason())
        .isEqualTo("RETURN_NOT_FOUND");
    assertThat(refusal(() -> orders.stub.receiveReturn(came(order).build()).getOrder()).reason())
        .isEqualTo("CALLER_NOT_ALLOWED");
  }

  @Test
  void everyUnitGoesBackOnceWhateverAnswersAreLost() {
    Order order = acts.send(back(shipped(2), 1, 2, UNWANTED).addLines(back(2, 1, UNWANTED)));
    shop.next("AdjustStock", FakeShop::fail);
    shop.next("AdjustStock answer", FakeShop::fail);
    shop.next("AdjustStock answer", () -> {});
    shop.next("AdjustStock answer", FakeShop::fail);

    acts.send(came(order));

    assertThat(shop.adjusted.values()).containsExactlyInAnyOrder("MUG+2@berlin", "TEA+1@berlin");
  }

  private Order shipped(int mugs) {
    return acts.ship(acts.place(mugs));
  }
}
