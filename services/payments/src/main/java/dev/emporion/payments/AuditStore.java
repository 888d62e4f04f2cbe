package dev.emporion.payments;

import dev.emporion.common.v1.Books;
import dev.emporion.platform.BooksCheck;
import dev.emporion.platform.Database;
import java.util.List;
import java.util.UUID;

/** The statements of an audit: what must hold within our books, and what others compare. */
final class AuditStore {
  /** Where each transaction does, each currency does. */
  private static final String LEDGER_SUMS_TO_ZERO =
      """
      select transaction_id::text as subject,
        format('the entries of %s sum to %s minor units', currency, sum(amount)) as message
      from ledger_entries group by transaction_id, currency having sum(amount) <> 0
      """;

  /**
   * What was posted for a payment, by what it stands for; entries under another order or currency
   * are nobody's. A payment that was voided while nobody knew of its hold was never posted. The
   * offset keeps what a row stands for from being found out anew for each sum.
   */
  private static final String LEDGER_AGREES_WITH_PAYMENTS =
      """
      with posted as (
        select payment_id, order_id, currency,
          coalesce(sum(amount) filter (where meaning = 1), 0) as authorized,
          coalesce(sum(amount) filter (where meaning = 2), 0) as released,
          coalesce(sum(amount) filter (where meaning = 3), 0) as captured,
          coalesce(sum(amount) filter (where meaning = 4), 0) as voided,
          coalesce(sum(amount) filter (where meaning = 5), 0) as refunded,
          coalesce(sum(amount) filter (where meaning = 0), 0) as other
        from (
          select payment_id, order_id, currency, amount,
            case
              when kind = 'authorize' and debit_account = 'authorized_funds'
                and credit_account = 'authorization_obligations' then 1
              when kind = 'capture' and debit_account = 'authorization_obligations'
                and credit_account = 'authorized_funds' then 2
              when kind = 'capture' and debit_account = 'provider_receivable'
                and credit_account = 'sales_clearing' then 3
              when kind = 'void' and debit_account = 'authorization_obligations'
                and credit_account = 'authorized_funds' then 4
              when kind = 'refund' and debit_account = 'refunds'
                and credit_account = 'provider_receivable' then 5
              else 0
            end as meaning
          from ledger offset 0) as l
        group by payment_id, order_id, currency),
      compared as (
        select coalesce(p.payment_id, l.payment_id) as payment_id, p.state, p.amount,
          p.captured, p.refunded,
          coalesce(l.authorized, 0) as l_authorized, coalesce(l.released, 0) as l_released,
          coalesce(l.captured, 0) as l_captured, coalesce(l.voided, 0) as l_voided,
          coalesce(l.refunded, 0) as l_refunded, coalesce(l.other, 0) as l_other
        from payments p full join posted l on l.payment_id = p.payment_id
          and l.order_id = p.order_id and l.currency = p.currency)
      select payment_id::text as subject,
        format('%s: amount %s, captured %s, refunded %s; the ledger authorized %s, released %s,'
          || ' captured %s, voided %s, refunded %s, moved elsewhere %s',
          coalesce(state, 'no such payment'), coalesce(amount, 0), coalesce(captured, 0),
          coalesce(refunded, 0), l_authorized, l_released, l_captured, l_voided, l_refunded,
          l_other) as message
      from compared
      where not coalesce(
        l_other = 0
        and l_released = captured and l_captured = captured and l_refunded = refunded
        and l_voided = case when state = 'VOIDED' then l_authorized - captured else 0 end
        and case
          when state in ('AUTHORIZED', 'CAPTURED') or captured > 0 then l_authorized = amount
          when state = 'VOIDED' then l_authorized in (0, coalesce(amount, 0))
          else l_authorized = 0
        end, false)
      """;

  /** A second Void may still be open when the first one has voided the payment. */
  private static final String OPERATIONS_AGREE_WITH_PAYMENTS =
      """
      with done as (
        select payment_id,
          coalesce(sum(amount) filter (where kind = 'CAPTURE' and state = 'DONE'), 0) as captured,
          coalesce(sum(amount) filter (where kind = 'CAPTURE' and state = 'PENDING'), 0)
            as capturing,
          coalesce(sum(amount) filter (where kind = 'REFUND' and state = 'DONE'), 0) as refunded,
          coalesce(sum(amount) filter (where kind = 'REFUND' and state = 'PENDING'), 0)
            as refunding,
          count(*) filter (where kind = 'VOID' and state = 'DONE') as voids,
          count(*) filter (where kind = 'VOID' and state = 'PENDING') as voiding
        from operations group by payment_id),
      compared as (
        select coalesce(p.payment_id, o.payment_id) as payment_id, p.state, p.voiding,
          p.captured, p.capturing, p.refunded, p.refunding,
          coalesce(o.captured, 0) as o_captured, coalesce(o.capturing, 0) as o_capturing,
          coalesce(o.refunded, 0) as o_refunded, coalesce(o.refunding, 0) as o_refunding,
          coalesce(o.voids, 0) as o_voids, coalesce(o.voiding, 0) as o_voiding,
          coalesce(p.state in ('PENDING', 'AUTHORIZED'), false) as is_open
        from payments p full join done o on o.payment_id = p.payment_id)
      select payment_id::text as subject,
        format('%s: captured %s, capturing %s, refunded %s, refunding %s%s; its operations captured'
          || ' %s, are capturing %s, refunded %s, are refunding %s; %s voids done, %s under way',
          coalesce(state, 'no payment'), coalesce(captured, 0), coalesce(capturing, 0),
          coalesce(refunded, 0), coalesce(refunding, 0),
          case when voiding then ', voiding' else '' end,
          o_captured, o_capturing, o_refunded, o_refunding, o_voids, o_voiding) as message
      from compared
      where not coalesce(
        captured = o_captured and capturing = o_capturing
        and refunded = o_refunded and refunding = o_refunding
        and (o_voiding > 0 or not voiding)
        and (not is_open or (o_voids = 0 and voiding = (o_voiding > 0))), false)
      """;

  private static final String THESE =
      "select "
          + PaymentStore.PAYMENT
          + " from payments p where p.payment_id = any(:ids) order by p.payment_id";

  private static final String PAGE =
      "select "
          + PaymentStore.PAYMENT
          + " from payments p where p.payment_id > :after and p.request_hash is not null"
          + " order by p.payment_id limit :limit";

  private final Database database;

  AuditStore(Database database) {
    this.database = database;
  }

  Books checkBooks() {
    return new BooksCheck(database)
        .count("payments", "payments")
        .count("operations", "operations")
        .count("ledger_entries", "ledger_entries")
        .invariant("ledger-sums-to-zero", LEDGER_SUMS_TO_ZERO)
        .invariant("ledger-agrees-with-payments", LEDGER_AGREES_WITH_PAYMENTS)
        .invariant("operations-agree-with-payments", OPERATIONS_AGREE_WITH_PAYMENTS)
        .oneEventAChange("payments", "payment_id", "sequence")
        .run();
  }

  /** By id; those that there are. */
  List<Payment> payments(List<UUID> ids) {
    return database.run(
        handle ->
            handle
                .createQuery(THESE)
                .bindArray("ids", UUID.class, ids)
                .map((row, context) -> PaymentRow.stored(row).payment())
                .list());
  }

  /** By id, those after one; tombstones are left out. */
  List<Payment> payments(UUID after, int limit) {
    return database.run(
        handle ->
            handle
                .createQuery(PAGE)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> PaymentRow.stored(row).payment())
                .list());
  }
}
