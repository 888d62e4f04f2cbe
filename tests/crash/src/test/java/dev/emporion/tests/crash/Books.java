package dev.emporion.tests.crash;

import dev.emporion.orders.v1.OrderBooks;
import dev.emporion.simulator.v1.Authorization;
import dev.emporion.simulator.v1.ListAuthorizationsRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** What must hold of an order that nobody works on, and of everything together. */
final class Books {
  private static final int PAGE = 50;

  private Books() {}

  /** A rule: a query that finds what breaks it, of the order :id. */
  private record Rule(String database, String name, String query) {}

  private static final List<Rule> OF_AN_ORDER =
      List.of(
          new Rule(
              "orders",
              "every change has one event",
              """
              select 'version ' || o.version || ', events ' || coalesce(e.sequences::text, 'none')
              from orders o left join (
                select aggregate_id, array_agg(sequence order by sequence) as sequences
                from outbox group by aggregate_id) e on e.aggregate_id = o.order_id
              where o.order_id = :id and e.sequences is distinct from
                (select array_agg(n) from generate_series(1, o.version) n)
              """),
          new Rule(
              "orders",
              "nobody works on it",
              "select kind || ' at ' || coalesce(step, '?') from sagas where subject = :id"),
          new Rule(
              "inventory",
              "every change of a reservation has one event",
              """
              select 'reservation ' || r.reservation_id || ' version ' || r.version || ', events '
                || coalesce(e.sequences::text, 'none')
              from reservations r left join (
                select aggregate_id, array_agg(sequence order by sequence) as sequences
                from outbox group by aggregate_id) e on e.aggregate_id = r.reservation_id
              where r.order_id = :id and e.sequences is distinct from
                (select array_agg(n) from generate_series(1, r.version) n)
              """),
          new Rule(
              "payments",
              "every change of a payment has one event",
              """
              select 'payment ' || p.payment_id || ' sequence ' || p.sequence || ', events '
                || coalesce(e.sequences::text, 'none')
              from payments p left join (
                select aggregate_id, array_agg(sequence order by sequence) as sequences
                from outbox group by aggregate_id) e on e.aggregate_id = p.payment_id
              where p.order_id = :id and p.sequence > 0 and e.sequences is distinct from
                (select array_agg(n) from generate_series(1, p.sequence) n)
              """),
          new Rule(
              "shipping",
              "nothing is left to be sent",
              "select shipment_id::text from shipments where order_id = :id and state = 'CREATED'"),
          new Rule(
              "payments",
              "nothing is left without an outcome",
              """
              select 'payment ' || payment_id || ' is ' || state || ', capturing ' || capturing
                || ', refunding ' || refunding
              from payments where order_id = :id and (state = 'PENDING' or capturing > 0
                or refunding > 0)
              union all
              select kind || ' of ' || o.payment_id || ' is PENDING' from operations o
              join payments p using (payment_id) where p.order_id = :id and o.state = 'PENDING'
              """),
          new Rule(
              "payments",
              "the ledger holds what the payment holds",
              """
              select 'payment ' || p.payment_id || ' holds ' || h.held || ', the ledger '
                || coalesce(l.held, 0)
              from payments p
              cross join lateral (select case when p.state = 'AUTHORIZED' then p.amount - p.captured
                else 0 end as held) h
              left join lateral (select sum(amount) as held from ledger_entries e
                where e.payment_id = p.payment_id and e.account = 'authorized_funds') l on true
              where p.order_id = :id and h.held <> coalesce(l.held, 0)
              """));

  private static final String RESERVED =
      """
      select sku || ' ' || sum(quantity) from (
        select l.sku, l.quantity - l.committed as quantity
        from reservation_lines l join reservations r using (reservation_id)
        where r.order_id = :id and r.state = 'ACTIVE' and l.quantity > l.committed
        union all
        select b.sku, b.quantity
        from reservation_backorders b join reservations r using (reservation_id)
        where r.order_id = :id) held
      group by sku
      """;

  private static final String HELD =
      """
      select payment_id || ' ' || amount - captured from payments
      where order_id = :id and state = 'AUTHORIZED'
      """;

  private static final String TAKEN =
      """
      select payment_id || ' ' || captured || ' ' || refunded from payments
      where order_id = :id and captured > 0
      """;

  private static final String SENT =
      """
      select shipment_id || ' ' || state from shipments
      where order_id = :id and state <> 'CANCELLED'
      """;

  private static final String KNOWN =
      """
      select payment_id || ' ' || case when state in ('AUTHORIZED', 'CAPTURED')
        then amount - captured else 0 end || ' held ' || captured || ' taken '
        || refunded || ' given back'
      from payments where order_id = :id and provider_reference <> ''
      """;

  private static final List<Rule> OF_ALL =
      List.of(
          new Rule(
              "inventory",
              "nothing is oversold",
              """
              select sku || '@' || location_id || ': reserved ' || reserved || ' of ' || on_hand
              from stock_levels where reserved > on_hand or reserved < 0 or on_hand < 0
              """),
          new Rule(
              "inventory",
              "reserved is what reservations hold",
              """
              select s.sku || '@' || s.location_id || ': reserved ' || s.reserved || ', held '
                || coalesce(h.held, 0)
              from stock_levels s left join (
                select l.sku, l.location_id, sum(l.quantity - l.committed) as held
                from reservation_lines l join reservations r using (reservation_id)
                where r.state = 'ACTIVE' group by l.sku, l.location_id) h
                on h.sku = s.sku and h.location_id = s.location_id
              where s.reserved <> coalesce(h.held, 0)
              """),
          new Rule(
              "inventory",
              "on hand is the sum of movements",
              """
              select s.sku || '@' || s.location_id || ': on hand ' || s.on_hand || ', moved '
                || coalesce(m.moved, 0)
              from stock_levels s left join (
                select sku, location_id, sum(quantity) as moved from movements
                group by sku, location_id) m on m.sku = s.sku and m.location_id = s.location_id
              where s.on_hand <> coalesce(m.moved, 0)
              """),
          new Rule(
              "payments",
              "the ledger sums to zero",
              """
              select currency || ': ' || sum(amount) from ledger_entries group by currency
              having sum(amount) <> 0
              """),
          new Rule(
              "orders", "nothing is parked", "select subject || ' ' || parked_reason from sagas"));

  /** What is wrong with an order that should have ended like this. */
  static List<String> wrong(Cell cell, String orderId, Scenario.End end) {
    var wrong = new ArrayList<String>();
    UUID id = UUID.fromString(orderId);
    broken(cell, OF_AN_ORDER, id, wrong);
    OrderBooks books = cell.books(orderId);
    if (!books.getState().name().equals("ORDER_STATE_" + end.state())) {
      wrong.add("it is " + books.getState() + " and not " + end.state());
    }
    same("units open and reserved", open(books), rows(cell, "inventory", RESERVED, id), wrong);
    same("what was taken", taken(books), rows(cell, "payments", TAKEN, id), wrong);
    same("what was sent", sent(books), rows(cell, "shipping", SENT, id), wrong);
    if (!cell.estranged.contains(orderId)) {
      same("what is to be held and what is", held(books), rows(cell, "payments", HELD, id), wrong);
      compareWithProvider(cell, orderId, id, wrong);
    }
    return wrong;
  }

  private static List<String> open(OrderBooks books) {
    return books.getOpenList().stream()
        .map(units -> units.getSku() + " " + units.getQuantity())
        .sorted()
        .toList();
  }

  private static List<String> held(OrderBooks books) {
    return books.getPaymentProblem() || minor(books.getOpenAmount()) == 0
        ? List.of()
        : List.of(books.getPaymentId() + " " + minor(books.getOpenAmount()));
  }

  private static List<String> taken(OrderBooks books) {
    return books.getPaymentsList().stream()
        .map(
            one ->
                "%s %d %d"
                    .formatted(
                        one.getPaymentId(),
                        minor(one.getCapturedAmount()),
                        minor(one.getRefundedAmount())))
        .sorted()
        .toList();
  }

  private static List<String> sent(OrderBooks books) {
    return books.getShipmentsList().stream()
        .map(one -> one.getShipmentId() + (one.hasDeliverTime() ? " DELIVERED" : " SHIPPED"))
        .sorted()
        .toList();
  }

  /** What is wrong with all orders together. */
  static List<String> wrong(Cell cell) {
    var wrong = new ArrayList<String>();
    broken(cell, OF_ALL, null, wrong);
    return wrong;
  }

  private static void broken(Cell cell, List<Rule> rules, UUID id, List<String> wrong) {
    for (Rule rule : rules) {
      cell.databases
          .get(rule.database())
          .run(
              handle -> {
                var query = handle.createQuery(rule.query());
                if (id != null) {
                  query.bind("id", id);
                }
                return query.mapTo(String.class).list();
              })
          .forEach(what -> wrong.add(rule.name() + ": " + what));
    }
  }

  private static void same(String what, List<String> one, List<String> other, List<String> wrong) {
    if (!one.equals(other)) {
      wrong.add(what + ": " + one + " and " + other);
    }
  }

  /** The provider's record of the order, authorization by authorization. */
  private static void compareWithProvider(Cell cell, String orderId, UUID id, List<String> wrong) {
    List<String> ours = rows(cell, "payments", KNOWN, id);
    List<String> theirs =
        authorizations(cell).stream()
            .filter(one -> one.getMerchantReference().equals(orderId))
            .filter(one -> one.getDeclineCode().isEmpty())
            .map(Books::line)
            .sorted()
            .toList();
    same("what payments says and what the provider", ours, theirs, wrong);
  }

  /** The provider's latest: those of the order at hand, and some before. */
  private static List<Authorization> authorizations(Cell cell) {
    var latest = new ArrayList<Authorization>();
    while (true) {
      var page =
          cell.provider.listAuthorizations(
              ListAuthorizationsRequest.newBuilder()
                  .setPageSize(PAGE)
                  .setPageToken(cell.providerPage)
                  .build());
      latest.addAll(page.getAuthorizationsList());
      if (page.getNextPageToken().isEmpty()) {
        return latest;
      }
      cell.providerPage = page.getNextPageToken();
    }
  }

  private static String line(Authorization one) {
    boolean holds =
        one.getState() == dev.emporion.simulator.v1.AuthorizationState.AUTHORIZATION_STATE_HELD;
    long taken = minor(one.getCapturedAmount());
    return "%s %d held %d taken %d given back"
        .formatted(
            one.getIdempotencyKey(),
            holds ? minor(one.getAmount()) - taken : 0,
            taken,
            minor(one.getRefundedAmount()));
  }

  private static long minor(com.google.type.Money money) {
    return money.getCurrencyCode().isEmpty()
        ? 0
        : dev.emporion.platform.Money.fromProto(money, "amount").minor();
  }

  private static List<String> rows(Cell cell, String database, String query, UUID id) {
    return cell.databases
        .get(database)
        .run(
            handle ->
                handle.createQuery(query).bind("id", id).mapTo(String.class).stream()
                    .sorted()
                    .toList());
  }
}
