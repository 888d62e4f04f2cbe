package dev.emporion.audit;

import com.google.type.Money;
import dev.emporion.orders.v1.OrderBooks;
import dev.emporion.orders.v1.OrderPayment;
import dev.emporion.orders.v1.OrderShipment;
import dev.emporion.orders.v1.OrderState;
import dev.emporion.payments.v1.Payment;
import dev.emporion.payments.v1.PaymentBooks;
import dev.emporion.payments.v1.PaymentState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What must hold for one order of which no change is under way: the money. */
final class OrderChecks {
  private final OrderBooks order;
  private final OrderFile file;
  private final List<Finding> findings = new ArrayList<>();

  private OrderChecks(OrderFile file) {
    this.order = file.order().orElseThrow();
    this.file = file;
  }

  /** Whether everything that the order names is as the order says. */
  static List<Finding> of(OrderFile file) {
    if (file.order().isEmpty()) {
      return List.of();
    }
    var checks = new OrderChecks(file);
    checks.authorizationIsWhatIsOpen();
    checks.nothingElseIsHeld();
    checks.capturedIsWhatShipped();
    checks.refundedIsWhatWasGivenBack();
    checks.findings.addAll(StockChecks.of(file));
    return checks.findings;
  }

  static boolean isClosed(OrderBooks order) {
    return order.getState() == OrderState.ORDER_STATE_REJECTED
        || order.getState() == OrderState.ORDER_STATE_CANCELLED;
  }

  static String state(OrderBooks order) {
    return order.getState().name().substring("ORDER_STATE_".length());
  }

  static String subject(OrderBooks order) {
    return "order " + order.getOrderId();
  }

  /** What a payment still holds. */
  static Money held(Payment payment) {
    return payment.getState() == PaymentState.PAYMENT_STATE_AUTHORIZED
        ? Amounts.minus(payment.getAmount(), payment.getCapturedAmount())
        : Money.getDefaultInstance();
  }

  private void authorizationIsWhatIsOpen() {
    Money open =
        isClosed(order) || order.getPaymentProblem()
            ? Money.getDefaultInstance()
            : order.getOpenAmount();
    if (!order.getPaymentId().isEmpty() || !Amounts.isNothing(open)) {
      requireHeld(order.getPaymentId(), open);
    }
  }

  private void requireHeld(String paymentId, Money open) {
    Money held = held(payment(paymentId));
    if (!Amounts.same(held, open)) {
      Invariant broken =
          isClosed(order)
              ? Invariant.CLOSED_ORDER_HOLDS_NOTHING
              : Invariant.AUTHORIZATION_IS_WHAT_IS_OPEN;
      add(
          broken,
          "%s is open%s, payment %s holds %s",
          Amounts.text(open),
          order.getPaymentProblem() ? " (payment problem)" : "",
          paymentId.isEmpty() ? "(none)" : paymentId,
          Amounts.text(held));
    }
  }

  /** Payments that were taken from, and followed by another. */
  private void nothingElseIsHeld() {
    for (OrderPayment paid : order.getPaymentsList()) {
      if (!paid.getPaymentId().equals(order.getPaymentId())) {
        requireHeld(paid.getPaymentId(), Money.getDefaultInstance());
      }
    }
  }

  private void capturedIsWhatShipped() {
    Map<String, Money> shipped =
        order.getShipmentsList().stream()
            .filter(shipment -> !shipment.getPaymentId().isEmpty())
            .collect(
                Collectors.toMap(
                    OrderShipment::getPaymentId, OrderShipment::getAmount, Amounts::plus));
    Set<String> ids = OrderFile.paymentIds(order);
    ids.addAll(shipped.keySet());
    for (String id : ids) {
      Money left = shipped.getOrDefault(id, Money.getDefaultInstance());
      Money said = paid(id).getCapturedAmount();
      Money taken = payment(id).getCapturedAmount();
      if (!Amounts.same(left, taken) || !Amounts.same(said, taken)) {
        add(
            Invariant.CAPTURED_IS_WHAT_SHIPPED,
            "payment %s captured %s, shipments sum to %s, the order says %s",
            id,
            Amounts.text(taken),
            Amounts.text(left),
            Amounts.text(said));
      }
    }
  }

  private void refundedIsWhatWasGivenBack() {
    for (String id : OrderFile.paymentIds(order)) {
      Money said = paid(id).getRefundedAmount();
      Money refunded = payment(id).getRefundedAmount();
      if (!Amounts.same(said, refunded)) {
        add(
            Invariant.REFUNDED_IS_WHAT_WAS_GIVEN_BACK,
            "payment %s refunded %s, the order says %s",
            id,
            Amounts.text(refunded),
            Amounts.text(said));
      }
    }
  }

  private Payment payment(String id) {
    return file.payments().getOrDefault(id, PaymentBooks.getDefaultInstance()).getPayment();
  }

  private OrderPayment paid(String id) {
    return order.getPaymentsList().stream()
        .filter(one -> one.getPaymentId().equals(id))
        .findFirst()
        .orElse(OrderPayment.getDefaultInstance());
  }

  private void add(Invariant invariant, String message, Object... values) {
    findings.add(Finding.of(invariant, subject(order), message, values));
  }
}
