package dev.emporion.orders;

import static dev.emporion.orders.v1.OrderState.ORDER_STATE_CANCELLED;
import static dev.emporion.orders.v1.OrderState.ORDER_STATE_CONFIRMED;
import static dev.emporion.orders.v1.OrderState.ORDER_STATE_REJECTED;
import static dev.emporion.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.emporion.orders.v1.AbandonSagaRequest;
import dev.emporion.orders.v1.CancelOrderRequest;
import dev.emporion.orders.v1.GetOrderRequest;
import dev.emporion.orders.v1.ListParkedSagasRequest;
import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.ParkedSaga;
import dev.emporion.orders.v1.RejectionReason;
import dev.emporion.orders.v1.ResumeSagaRequest;
import dev.emporion.platform.DatabaseConfig;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Settings;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ParkedChangesTest {
  private static final String OPERATOR = "operator/olga";

  private final OrdersFixture fixture = new OrdersFixture();
  private final FakeShop shop = fixture.shop;
  private final OrdersFixture.Instance orders =
      fixture.instance("SAGA_MAX_TRIES", "2", "SAGA_SCAN_MILLIS", "20");

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void aChangeThatIsParkedIsListedWithWhereAndWhy() {
    Order order = placeWhile("Authorize");
    assertThat(parked())
        .singleElement()
        .satisfies(
            saga -> {
              assertThat(saga.getOrderId()).isEqualTo(order.getOrderId());
              assertThat(saga.getKind()).isEqualTo("place-order");
              assertThat(saga.getStep()).isEqualTo("authorize");
              assertThat(saga.getReason()).contains("UNAVAILABLE");
              assertThat(saga.getAttempts()).isEqualTo(2);
              assertThat(saga.getGoingBack()).isFalse();
              assertThat(saga.getAbandonable()).isTrue();
            });
  }

  @Test
  void resumedItGoesOnWhereItStopped() {
    Order order = placeWhile("Authorize");
    var request = resume(order).build();
    orders.as(OPERATOR).resumeSaga(request);
    eventually(() -> assertThat(get(order).getState()).isEqualTo(ORDER_STATE_CONFIRMED));
    assertThat(parked()).isEmpty();
    orders.as(OPERATOR).resumeSaga(request);
    orders.as(OPERATOR).resumeSaga(resume(order).build()); // one that is not parked any more
  }

  @Test
  void abandonedItGivesEverythingBackAndSaysWhy() {
    Order order = placeWhile("Authorize");
    var request = abandon(order).build();
    orders.as(OPERATOR).abandonSaga(request);
    eventually(() -> assertThat(get(order).getState()).isEqualTo(ORDER_STATE_REJECTED));
    assertThat(get(order).getRejection().getReason())
        .isEqualTo(RejectionReason.REJECTION_REASON_ABANDONED);
    assertThat(get(order).getRejection().getMessage()).isEqualTo("enough of it");
    assertThat(shop.reserved).isEmpty();
    assertThat(shop.authorized).isEmpty();
    orders.as(OPERATOR).abandonSaga(request);
    refuses(
        dev.emporion.orders.v1.ErrorReason.ERROR_REASON_SAGA_NOT_ABANDONABLE,
        () -> orders.as(OPERATOR).abandonSaga(abandon(order).build()));
  }

  @Test
  void whatCannotBeUndoneIsNotAbandonedButResumed() {
    Order order = orders.stub.placeOrder(fixture.request(1).build()).getOrder();
    fail("Void");
    orders.stub.cancelOrder(
        CancelOrderRequest.newBuilder()
            .setRequestId(Requests.id())
            .setOrderId(order.getOrderId())
            .build());
    eventually(() -> assertThat(parked()).hasSize(1));
    refuses(
        dev.emporion.orders.v1.ErrorReason.ERROR_REASON_SAGA_NOT_ABANDONABLE,
        () -> orders.as(OPERATOR).abandonSaga(abandon(order).build()));
    orders.as(OPERATOR).resumeSaga(resume(order).build());
    eventually(() -> assertThat(get(order).getState()).isEqualTo(ORDER_STATE_CANCELLED));
  }

  @Test
  void whatGoesBackIsNotAbandoned() {
    shop.declines = true;
    Order order = placeWhile("Release");
    assertThat(parked())
        .singleElement()
        .satisfies(saga -> assertThat(saga.getGoingBack()).isTrue())
        .satisfies(saga -> assertThat(saga.getStep()).isEqualTo("reserve/undo"));
    refuses(
        dev.emporion.orders.v1.ErrorReason.ERROR_REASON_SAGA_NOT_ABANDONABLE,
        () -> orders.as(OPERATOR).abandonSaga(abandon(order).build()));
  }

  @Test
  void theyAreForOperatorsAlone() {
    Order order = placeWhile("Authorize");
    var notAllowed = dev.emporion.common.v1.ErrorReason.ERROR_REASON_CALLER_NOT_ALLOWED;
    for (String caller : List.of("merchant/m", "customer/c", "service/carts")) {
      var stub = orders.as(caller);
      refuses(notAllowed, () -> stub.listParkedSagas(ListParkedSagasRequest.getDefaultInstance()));
      refuses(notAllowed, () -> stub.resumeSaga(resume(order).build()));
      refuses(notAllowed, () -> stub.abandonSaga(abandon(order).build()));
    }
  }

  @Test
  void anUnknownOrderIsNotFound() {
    var notFound = dev.emporion.orders.v1.ErrorReason.ERROR_REASON_ORDER_NOT_FOUND;
    Order unknown = Order.newBuilder().setOrderId(Requests.id()).build();
    refuses(notFound, () -> orders.as(OPERATOR).resumeSaga(resume(unknown).build()));
    refuses(notFound, () -> orders.as(OPERATOR).abandonSaga(abandon(unknown).build()));
  }

  @Test
  void theCommandsDoTheSameOnTheDatabase() {
    Order first = placeWhile("Authorize");
    Order second = placeWhile("Authorize");
    Map<String, String> environment = Map.of("DATABASE_URL", fixture.database.url());
    var database = Settings.read(environment::get, DatabaseConfig::read);
    Admin.parked(database);
    Admin.resume(new Admin.Decision(database, first.getOrderId(), "the provider is back"));
    Admin.abandon(new Admin.Decision(database, second.getOrderId(), "enough of it"));
    eventually(() -> assertThat(get(first).getState()).isEqualTo(ORDER_STATE_CONFIRMED));
    eventually(() -> assertThat(get(second).getState()).isEqualTo(ORDER_STATE_REJECTED));
  }

  /** An order whose saga is parked, because these RPCs got no answer. */
  private Order placeWhile(String rpc) {
    int before = parked().size();
    fail(rpc);
    var order = orders.stub.placeOrder(fixture.request(1).build()).getOrder();
    eventually(() -> assertThat(parked()).hasSize(before + 1));
    return order;
  }

  /** As often as a step is tried. */
  private void fail(String rpc) {
    for (int i = 0; i < 2; i++) {
      shop.next(
          rpc,
          () -> {
            throw FakeShop.unavailable();
          });
    }
  }

  private List<ParkedSaga> parked() {
    return orders
        .as(OPERATOR)
        .listParkedSagas(ListParkedSagasRequest.getDefaultInstance())
        .getParkedSagasList();
  }

  private Order get(Order order) {
    var request = GetOrderRequest.newBuilder().setOrderId(order.getOrderId()).build();
    return orders.stub.getOrder(request).getOrder();
  }

  private static ResumeSagaRequest.Builder resume(Order order) {
    return ResumeSagaRequest.newBuilder()
        .setRequestId(Requests.id())
        .setOrderId(order.getOrderId())
        .setReason("the provider is back");
  }

  private static AbandonSagaRequest.Builder abandon(Order order) {
    return AbandonSagaRequest.newBuilder()
        .setRequestId(Requests.id())
        .setOrderId(order.getOrderId())
        .setReason("enough of it");
  }

  private static void refuses(com.google.protobuf.ProtocolMessageEnum reason, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(Failure.from(e).is(reason)).as("%s", e.getMessage()).isTrue());
  }
}
