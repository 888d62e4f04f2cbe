package dev.emporion.orders;

import dev.emporion.orders.v1.CancelIntent;
import dev.emporion.orders.v1.CancelOrderRequest;
import dev.emporion.orders.v1.DeliverIntent;
import dev.emporion.orders.v1.DeliverShipmentRequest;
import dev.emporion.orders.v1.EditIntent;
import dev.emporion.orders.v1.EditOrderRequest;
import dev.emporion.orders.v1.PayIntent;
import dev.emporion.orders.v1.ReceiveIntent;
import dev.emporion.orders.v1.ReceiveReturnRequest;
import dev.emporion.orders.v1.RefundIntent;
import dev.emporion.orders.v1.RefundOrderRequest;
import dev.emporion.orders.v1.ShipIntent;
import dev.emporion.orders.v1.ShipOrderRequest;
import dev.emporion.orders.v1.UpdatePaymentMethodRequest;
import dev.emporion.platform.Saga;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** Every kind of change that there is. */
record ChangeKinds(
    ChangeSaga<CancelOrderRequest, CancelIntent> cancel,
    ChangeSaga<ShipOrderRequest, ShipIntent> ship,
    ChangeSaga<DeliverShipmentRequest, DeliverIntent> deliver,
    ChangeSaga<EditOrderRequest, EditIntent> edit,
    ChangeSaga<ReceiveReturnRequest, ReceiveIntent> receiveReturn,
    ChangeSaga<RefundOrderRequest, RefundIntent> refund,
    ChangeSaga<UpdatePaymentMethodRequest, PayIntent> updatePayment,
    ChangeSaga<Instant, PayIntent> renewPayment) {

  /** What the changes ask. */
  record Neighbours(Quoting quoting, Stock stock, Funds funds, Parcels parcels, Renewal renewal) {}

  static ChangeKinds of(
      Neighbours others, ChangeStore store, OrderWaiters waiters, InstantSource clock) {
    Stock stock = others.stock();
    Funds funds = others.funds();
    Parcels parcels = others.parcels();
    Renewal renewal = others.renewal();
    return new ChangeKinds(
        ChangeSaga.of(new CancelOrder(stock, funds), store, waiters, clock),
        ChangeSaga.of(new ShipOrder(stock, funds, parcels, renewal), store, waiters, clock),
        ChangeSaga.of(new DeliverShipment(parcels), store, waiters, clock),
        ChangeSaga.of(
            new EditOrder(others.quoting(), stock, funds, renewal), store, waiters, clock),
        ChangeSaga.of(new ReceiveReturn(stock), store, waiters, clock),
        ChangeSaga.of(new RefundOrder(funds, clock), store, waiters, clock),
        ChangeSaga.of(new UpdatePayment(funds, renewal), store, waiters, clock),
        ChangeSaga.of(new RenewPayment(funds, renewal), store, waiters, clock));
  }

  List<Saga<?>> sagas() {
    return List.of(
        cancel.saga(),
        ship.saga(),
        deliver.saga(),
        edit.saga(),
        receiveReturn.saga(),
        refund.saga(),
        updatePayment.saga(),
        renewPayment.saga());
  }
}
