package dev.emporion.orders;

/** The statement that ends a change, in the parts it is made of. */
final class EndSql {
  private static final String HELD =
      """
      with held as (
        select subject from sagas where subject = :subject and epoch = :epoch for update),
      """;

  /** Writes the order of held, as {@link EndRows} binds it; changed has it if it was written. */
  static final String WRITE =
      """
      changed as (
        update orders o
        set state = :state, version = :sequence, updated_at = :updated_at,
          shipping_address = :shipping_address, payment_token = :payment_token,
          payment_id = cast(:payment_id as uuid), payment_problem = :payment_problem,
          renew_at = cast(:renew_at as timestamptz), subtotal = :subtotal,
          discount_total = :discount_total, delivery_price = :delivery_price,
          tax_total = :tax_total, total = :total,
          active_kind = null, active_request_id = null, active_since = null
        from held h
        where o.order_id = h.subject and o.version = :sequence - 1
        returning o.order_id),
      lines as (
        update order_lines l
        set quantity = n.quantity, cancelled_quantity = n.cancelled, shipped_quantity = n.shipped,
          returned_quantity = n.returned, unit_price = n.unit_price, discount = n.discount,
          tax = n.tax, tax_rate = n.tax_rate, total = n.total, delivery_share = n.delivery_share
        from changed c, unnest(:line_number, :quantity, :cancelled, :shipped, :returned,
            :unit_price, :discount, :tax, :tax_rate, :line_total, :delivery_share)
          as n(line_number, quantity, cancelled, shipped, returned, unit_price, discount, tax,
            tax_rate, total, delivery_share)
        where l.order_id = c.order_id and l.line_number = n.line_number),
      removed as (
        delete from order_lines l using changed c
        where l.order_id = c.order_id and l.line_number = any(:removed_line_number)),
      shipments as (
        insert into order_shipments (order_id, shipment_id, amount, payment_id, carrier,
          tracking_number, shipped_at, delivered_at)
        select c.order_id, s.* from changed c, unnest(:shipment_id, :shipment_amount,
          :shipment_payment_id, :carrier, :tracking_number, :shipped_at, :delivered_at) as s
        on conflict (order_id, shipment_id) do update set delivered_at = excluded.delivered_at),
      shipment_lines as (
        insert into order_shipment_lines (order_id, shipment_id, line_number, location_id, quantity)
        select c.order_id, u.* from changed c, unnest(:units_shipment_id, :units_line_number,
          :units_location_id, :units_quantity) as u
        on conflict do nothing),
      returns as (
        insert into order_returns (order_id, return_id, state, goods, delivery, refunded,
          created_at, received_at)
        select c.order_id, r.return_id, r.state, cast(r.goods as bigint),
          cast(r.delivery as bigint), cast(r.refunded as bigint), r.created_at, r.received_at
        from changed c, unnest(:return_id, :return_state, :return_goods, :return_delivery,
            :return_refunded, :return_created_at, :return_received_at)
          as r(return_id, state, goods, delivery, refunded, created_at, received_at)
        on conflict (order_id, return_id) do update
        set state = excluded.state, goods = excluded.goods, delivery = excluded.delivery,
          refunded = excluded.refunded, received_at = excluded.received_at),
      return_lines as (
        insert into order_return_lines (order_id, return_id, line_number, quantity, reason,
          restocked_quantity, written_off_quantity)
        select c.order_id, u.* from changed c, unnest(:back_return_id, :back_line_number,
          :back_quantity, :back_reason, :back_restocked, :back_written_off) as u
        on conflict (order_id, return_id, line_number) do update
        set restocked_quantity = excluded.restocked_quantity,
          written_off_quantity = excluded.written_off_quantity),
      payments as (
        insert into order_payments (order_id, payment_id, position, captured, refunded)
        select c.order_id, p.* from changed c, unnest(:paid_payment_id, :paid_position,
          :paid_captured, :paid_refunded) as p
        on conflict (order_id, payment_id) do update
        set captured = excluded.captured, refunded = excluded.refunded),
      event as (
        insert into outbox (aggregate_id, sequence, type, payload, trace_parent)
        select order_id, :sequence, :event_type, :event_payload, :trace_parent from changed),
      """;

  static final String END =
      HELD
          + WRITE
          + """
          done as (
            update order_changes d
            set state = :change_state, refusal = :refusal, finished_at = :updated_at
            from changed c where d.order_id = c.order_id and d.number = :number),
          ended as (
            delete from sagas s using changed c where s.subject = c.order_id)
          select order_id from changed
          """;

  /** A change that asks nobody else: nothing of it is under way at any time. */
  static final String ONCE =
      """
      with held as (
        select order_id as subject from orders
        where order_id = :aggregate_id and version = :sequence - 1 and active_kind is null
        for update),
      """
          + WRITE
          + """
          done as (
            insert into order_changes (order_id, number, kind, caller, rpc, request_id,
              payload_hash, intent, state, created_at, finished_at)
            select order_id, :sequence, :kind, :caller, :rpc, :request_id, :payload_hash, '',
              'DONE', :updated_at, :updated_at
            from changed)
          select order_id from changed
          """;

  private EndSql() {}
}
