package dev.emporion.together;

import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.orders.v1.EditOrderLine;
import dev.emporion.orders.v1.EditOrderRequest;
import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.OrderState;
import dev.emporion.orders.v1.ReceiveReturnLine;
import dev.emporion.orders.v1.ReceiveReturnRequest;
import dev.emporion.orders.v1.RefundOrderRequest;
import dev.emporion.orders.v1.RequestReturnLine;
import dev.emporion.orders.v1.RequestReturnRequest;
import dev.emporion.orders.v1.ReturnReason;
import dev.emporion.orders.v1.ReturnState;
import dev.emporion.payments.v1.LedgerEntry;
import dev.emporion.payments.v1.ListLedgerEntriesRequest;
import dev.emporion.payments.v1.ListPaymentsRequest;
import dev.emporion.payments.v1.Payment;
import dev.emporion.payments.v1.PaymentState;
import dev.emporion.platform.Money;
import dev.emporion.simulator.v1.SetBehaviorRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Edits, returns and refunds over the services as they are. Two mugs are 30.70, 4.90 of it
 * delivery.
 */
class ReturnedOrderTest {
  @TempDir static Path simulatorData;
  private static Shop shop;
  private static Sale sale;
  private static Trade trade;

  @BeforeAll
  static void open() throws Exception {
    shop = new Shop(simulatorData);
    trade = new Trade(shop);
    sale = trade.sale;
    sale.stock();
  }

  @AfterAll
  static void close() {
    try (Shop closing = shop) {
      new Auditor(closing).mustBeSound();
    }
  }

  @Test
  void anOrderIsShippedInPartsSentBackAndRefundedToTheLastCent() {
    Order order = sale.place();
    int before = sale.available();

    order = trade.ship(order, 1);
    assertThat(order.getCapturedTotal()).isEqualTo(euros(1290 + 245));
    order = trade.ship(order, 1);
    assertThat(order.getCapturedTotal()).isEqualTo(order.getTotal());
    order = trade.deliverAll(order);
    assertThat(order.getState()).isEqualTo(OrderState.ORDER_STATE_DELIVERED);

    order = sendBack(order, 1, 0);
    order = sendBack(order, 0, 1);
    assertThat(order.getReturnsList())
        .extracting(one -> one.getRefundedAmount())
        .containsExactly(euros(1290), euros(1290 + 490));
    assertThat(order.getRefundedTotal()).isEqualTo(order.getTotal());
    assertThat(sale.available()).as("one is sold again").isEqualTo(before + 1);
    assertThat(balances(order))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "authorized_funds", 0L,
                "authorization_obligations", 0L,
                "provider_receivable", 0L,
                "sales_clearing", -3070L,
                "refunds", 3070L));
  }

  @Test
  void anEditedOrderHoldsWhatItStillCosts() {
    Order order = sale.place();
    int before = sale.available();

    Order edited =
        shop.orders
            .editOrder(
                EditOrderRequest.newBuilder()
                    .setRequestId(Sale.newId())
                    .setOrderId(order.getOrderId())
                    .addLines(EditOrderLine.newBuilder().setLineNumber(1).setQuantity(1))
                    .setExpectedTotal(euros(1780))
                    .build())
            .getOrder();

    assertThat(edited.getTotal()).isEqualTo(euros(1780));
    assertThat(held(order)).isEqualTo(1780);
    assertThat(sale.available()).isEqualTo(before + 1);
    Order shipped = trade.ship(edited, 1);
    assertThat(shipped.getState()).isEqualTo(OrderState.ORDER_STATE_SHIPPED);
    assertThat(shipped.getCapturedTotal()).isEqualTo(euros(1780));
    assertThat(held(order)).isZero();
  }

  @Test
  void goodwillComesFromBothPaymentsWhereOneCaptureIsAll() {
    shop.simulator.setBehavior(SetBehaviorRequest.newBuilder().setSingleCapture(true).build());
    Order order = trade.ship(trade.ship(sale.place(), 1), 1);
    shop.simulator.setBehavior(SetBehaviorRequest.getDefaultInstance());

    Order refunded =
        trade
            .merchant
            .refundOrder(
                RefundOrderRequest.newBuilder()
                    .setRequestId(Sale.newId())
                    .setOrderId(order.getOrderId())
                    .setGoodwillAmount(euros(2000))
                    .setReason("for the trouble")
                    .build())
            .getOrder();

    assertThat(refunded.getPaymentsList())
        .extracting(payment -> payment.getRefundedAmount())
        .containsExactly(euros(465), euros(1535));
    assertThat(balances(order)).containsEntry("refunds", 2000L);
  }

  private static Order sendBack(Order order, int restocked, int writtenOff) {
    String returnId = Sale.newId();
    shop.orders.requestReturn(
        RequestReturnRequest.newBuilder()
            .setRequestId(returnId)
            .setOrderId(order.getOrderId())
            .addLines(
                RequestReturnLine.newBuilder()
                    .setLineNumber(1)
                    .setQuantity(1)
                    .setReason(ReturnReason.RETURN_REASON_UNWANTED))
            .build());
    trade.merchant.receiveReturn(
        ReceiveReturnRequest.newBuilder()
            .setRequestId(Sale.newId())
            .setOrderId(order.getOrderId())
            .setReturnId(returnId)
            .setLocationId("berlin")
            .addLines(
                ReceiveReturnLine.newBuilder()
                    .setLineNumber(1)
                    .setRestockedQuantity(restocked)
                    .setWrittenOffQuantity(writtenOff))
            .build());
    Order refunded =
        trade
            .merchant
            .refundOrder(
                RefundOrderRequest.newBuilder()
                    .setRequestId(Sale.newId())
                    .setOrderId(order.getOrderId())
                    .setReturnId(returnId)
                    .build())
            .getOrder();
    assertThat(refunded.getReturnsList().getLast().getState())
        .isEqualTo(ReturnState.RETURN_STATE_REFUNDED);
    return refunded;
  }

  /** By account, in cents. */
  private static Map<String, Long> balances(Order order) {
    return shop
        .payments
        .listLedgerEntries(
            ListLedgerEntriesRequest.newBuilder()
                .setPageSize(200)
                .setFilter("order_id = \"%s\"".formatted(order.getOrderId()))
                .build())
        .getLedgerEntriesList()
        .stream()
        .collect(
            Collectors.groupingBy(
                LedgerEntry::getAccount,
                Collectors.summingLong(entry -> Money.fromProto(entry.getAmount()).minor())));
  }

  /** What live payments of the order still hold, in cents. */
  private static long held(Order order) {
    List<Payment> payments =
        shop.payments
            .listPayments(
                ListPaymentsRequest.newBuilder()
                    .setFilter("order_id = \"%s\"".formatted(order.getOrderId()))
                    .build())
            .getPaymentsList();
    return payments.stream()
        .filter(payment -> payment.getState() == PaymentState.PAYMENT_STATE_AUTHORIZED)
        .mapToLong(
            payment ->
                Money.fromProto(payment.getAmount())
                    .minus(Money.fromProto(payment.getCapturedAmount()))
                    .minor())
        .sum();
  }

  private static com.google.type.Money euros(long cents) {
    return new Money("EUR", cents).toProto();
  }
}
