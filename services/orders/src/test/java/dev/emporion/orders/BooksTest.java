package dev.emporion.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.emporion.common.v1.Books;
import dev.emporion.common.v1.ErrorReason;
import dev.emporion.common.v1.Violation;
import dev.emporion.orders.v1.AuditOrdersRequest;
import dev.emporion.orders.v1.CancelOrderRequest;
import dev.emporion.orders.v1.CheckBooksRequest;
import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.OrderBooks;
import dev.emporion.orders.v1.OrderState;
import dev.emporion.orders.v1.OrdersServiceGrpc.OrdersServiceBlockingStub;
import dev.emporion.orders.v1.ShipOrderLine;
import dev.emporion.orders.v1.ShipOrderRequest;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Money;
import io.grpc.StatusRuntimeException;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BooksTest {
  private final OrdersFixture fixture = new OrdersFixture();
  private final OrdersServiceBlockingStub orders = fixture.instance().as("operator/audit");

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void soundBooksHaveNoViolations() {
    place();
    ship(place(), 1);
    ship(place(), 2);
    cancel(place());
    rejected();

    Books books = check();

    assertThat(books.getViolationsList()).isEmpty();
    assertThat(books.getCountsMap())
        .containsEntry("orders", 5L)
        .containsEntry("sagas", 0L)
        .containsEntry("parked_sagas", 0L)
        .containsEntry("events", 2L + 4 + 4 + 4 + 2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          one-event-a-change | delete from outbox where sequence = 1
          one-event-a-change | update orders set version = version + 1
          lines-agree-with-shipments | update order_shipment_lines set quantity = quantity + 1
          lines-agree-with-shipments | update order_shipments set amount = amount - 1
          lines-agree-with-shipments | update order_payments set captured = captured + 1
          lines-agree-with-shipments | update orders set state = 'CONFIRMED'
          lines-agree-with-shipments | update order_lines set returned_quantity = 1
          one-live-order-a-cart | update orders set live_cart_id = gen_random_uuid()
          saga-finished-parked-or-due | update orders set state = 'PENDING'
          """)
  void whatIsBrokenIsNamedWithItsOrder(String invariant, String statement) throws SQLException {
    Order order = ship(place(), 2);
    assertThat(check().getViolationsList()).isEmpty();

    execute(statement);

    assertThat(check().getViolationsList())
        .isNotEmpty()
        .allSatisfy(
            found -> {
              assertThat(found.getInvariant()).isEqualTo(invariant);
              assertThat(found.getSubject()).isEqualTo(order.getOrderId());
              assertThat(found.getMessage()).isNotEmpty();
            });
  }

  @Test
  void twoLiveOrdersOfOneCartAreNamed() throws SQLException {
    place();
    place();
    execute("update orders set cart_id = '" + UUID.randomUUID() + "'");
    assertThat(check().getViolationsList())
        .extracting(Violation::getSubject)
        .anyMatch(subject -> subject.startsWith("cart "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "insert into sagas (subject, kind, owner, lease_until)"
            + " values (gen_random_uuid(), 'some-kind', 'x', now() + interval '1 minute')",
        "insert into sagas (subject, kind, owner, lease_until)"
            + " select order_id, 'some-kind', 'x', now() - interval '1 minute' from orders",
        "update order_changes set state = 'ACTIVE', finished_at = null",
        "update orders set active_kind = 'ship-order', active_since = now(),"
            + " active_request_id = order_id",
      })
  void aChangeThatNobodyMovesIsNamed(String statement) throws SQLException {
    ship(place(), 2);
    execute(statement);
    assertThat(check().getViolationsList())
        .isNotEmpty()
        .extracting(Violation::getInvariant)
        .containsOnly("saga-finished-parked-or-due");
  }

  @Test
  void aParkedSagaIsNoViolation() throws SQLException {
    ship(place(), 2);
    execute(
        "update orders set active_kind = 'some-kind', active_since = now(),"
            + " active_request_id = order_id");
    execute(
        "insert into order_changes (order_id, number, kind, caller, rpc, request_id, payload_hash,"
            + " intent, state, created_at) select order_id, version, active_kind, 'c', 'r',"
            + " active_request_id, '', '', 'ACTIVE', now() from orders");
    execute(
        "insert into sagas (subject, kind, owner, lease_until, parked_at, parked_reason)"
            + " select order_id, 'some-kind', 'x', now() - interval '1 hour', now(), 'lost'"
            + " from orders");
    assertThat(check().getViolationsList()).isEmpty();
    assertThat(check().getCountsOrThrow("parked_sagas")).isEqualTo(1);
    assertThat(all().getFirst().getActive()).isTrue();
    assertThat(all().getFirst().getParked()).isTrue();
  }

  @Test
  void anOrderTellsWhatOthersMustHold() {
    Order placed = place();
    Order shipped = ship(placed, 1);

    OrderBooks books = all().getFirst();

    assertThat(books.getOrderId()).isEqualTo(placed.getOrderId());
    assertThat(books.getState()).isEqualTo(OrderState.ORDER_STATE_PARTIALLY_SHIPPED);
    assertThat(books.getActive()).isFalse();
    assertThat(books.getReservationId()).isEqualTo(placed.getReservationId());
    assertThat(books.getPaymentId()).isEqualTo(placed.getPaymentId());
    assertThat(books.getOpenList())
        .extracting(open -> open.getSku() + " " + open.getQuantity())
        .containsExactly("MUG 1", "TEA 1");
    assertThat(Money.fromProto(books.getOpenAmount()))
        .isEqualTo(
            Money.fromProto(placed.getTotal()).minus(Money.fromProto(shipped.getCapturedTotal())));
    assertThat(books.getPaymentsList()).isEqualTo(shipped.getPaymentsList());
    assertThat(books.getShipmentsList()).isEqualTo(shipped.getShipmentsList());
  }

  @Test
  void whatIsOverHoldsNothing() {
    cancel(place());
    rejected();
    Order shipped = ship(place(), 2);
    assertThat(all())
        .hasSize(3)
        .allSatisfy(
            books -> {
              assertThat(books.getOpenList()).isEmpty();
              assertThat(books.getPaymentId()).isEmpty();
              assertThat(Money.fromProto(books.getOpenAmount()).minor()).isZero();
            });
    assertThat(all().getLast().getPaymentsList()).isEqualTo(shipped.getPaymentsList());
  }

  @Test
  void ordersComeByIdOrPageByPage() {
    List<String> ids = List.of(place().getOrderId(), place().getOrderId(), place().getOrderId());
    var page = AuditOrdersRequest.newBuilder().setPageSize(2);
    assertThat(ids(page)).containsExactlyElementsOf(ids.subList(0, 2));
    assertThat(ids(page.setAfterOrderId(ids.get(1)))).containsExactly(ids.get(2));
    var some = AuditOrdersRequest.newBuilder().addOrderIds(ids.get(2));
    assertThat(ids(some.addOrderIds(UUID.randomUUID().toString()))).containsExactly(ids.get(2));
  }

  @Test
  void nobodyButOperatorsMayAsk() {
    var merchant = fixture.instance().as("merchant/m");
    refused(() -> merchant.checkBooks(CheckBooksRequest.getDefaultInstance()));
    refused(() -> merchant.auditOrders(AuditOrdersRequest.getDefaultInstance()));
  }

  private static void refused(Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e ->
                assertThat(Failure.from(e).is(ErrorReason.ERROR_REASON_CALLER_NOT_ALLOWED))
                    .isTrue());
  }

  private Books check() {
    return orders.checkBooks(CheckBooksRequest.getDefaultInstance()).getBooks();
  }

  private List<OrderBooks> all() {
    return orders.auditOrders(AuditOrdersRequest.getDefaultInstance()).getOrdersList();
  }

  private List<String> ids(AuditOrdersRequest.Builder request) {
    return orders.auditOrders(request.build()).getOrdersList().stream()
        .map(OrderBooks::getOrderId)
        .toList();
  }

  private Order place() {
    return orders.placeOrder(fixture.request(2).build()).getOrder();
  }

  private Order rejected() {
    fixture.shop.payments.declined.add("tok_declined");
    return orders.placeOrder(fixture.request(2).setPaymentToken("tok_declined").build()).getOrder();
  }

  private Order ship(Order order, int mugs) {
    var request =
        ShipOrderRequest.newBuilder()
            .setRequestId(UUID.randomUUID().toString())
            .setOrderId(order.getOrderId())
            .setCarrier("DHL");
    if (mugs == 1) {
      request.addLines(ShipOrderLine.newBuilder().setLineNumber(1).setQuantity(1));
    }
    return orders.shipOrder(request.build()).getOrder();
  }

  private void cancel(Order order) {
    orders.cancelOrder(
        CancelOrderRequest.newBuilder()
            .setRequestId(UUID.randomUUID().toString())
            .setOrderId(order.getOrderId())
            .build());
  }

  private void execute(String statement) throws SQLException {
    try (var connection = fixture.database.connect();
        var sql = connection.createStatement()) {
      sql.execute(statement);
    }
  }
}
