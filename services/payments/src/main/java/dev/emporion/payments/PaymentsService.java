package dev.emporion.payments;

import dev.emporion.payments.PaymentStore.Entry;
import dev.emporion.payments.v1.AuditPaymentsRequest;
import dev.emporion.payments.v1.AuditPaymentsResponse;
import dev.emporion.payments.v1.AuthorizeRequest;
import dev.emporion.payments.v1.AuthorizeResponse;
import dev.emporion.payments.v1.CaptureRequest;
import dev.emporion.payments.v1.CaptureResponse;
import dev.emporion.payments.v1.CheckBooksRequest;
import dev.emporion.payments.v1.CheckBooksResponse;
import dev.emporion.payments.v1.GetPaymentRequest;
import dev.emporion.payments.v1.GetPaymentResponse;
import dev.emporion.payments.v1.ListLedgerEntriesRequest;
import dev.emporion.payments.v1.ListLedgerEntriesResponse;
import dev.emporion.payments.v1.ListPaymentsRequest;
import dev.emporion.payments.v1.ListPaymentsResponse;
import dev.emporion.payments.v1.PaymentsServiceGrpc;
import dev.emporion.payments.v1.PaymentsServiceGrpc.PaymentsServiceImplBase;
import dev.emporion.payments.v1.RefundRequest;
import dev.emporion.payments.v1.RefundResponse;
import dev.emporion.payments.v1.VoidRequest;
import dev.emporion.payments.v1.VoidResponse;
import dev.emporion.platform.AuditedRows;
import dev.emporion.platform.Caller;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Columns;
import dev.emporion.platform.Columns.Column;
import dev.emporion.platform.Filter;
import dev.emporion.platform.Ids;
import dev.emporion.platform.Money;
import dev.emporion.platform.OrderBy;
import dev.emporion.platform.Pages;
import dev.emporion.platform.Unary;
import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.util.UUID;

/** The RPCs. */
final class PaymentsService extends PaymentsServiceImplBase {
  private static final Columns PAYMENT_COLUMNS =
      Columns.of(
          Column.uuid("payment_id", "p.payment_id"),
          Column.uuid("order_id", "p.order_id"),
          Column.choice("state", "p.state", Payment.State.class),
          Column.timestamp("create_time", "p.created_at"));
  private static final OrderBy NEWEST_PAYMENTS =
      OrderBy.parse("", PAYMENT_COLUMNS, "create_time desc", "payment_id");

  private static final Columns ENTRY_COLUMNS =
      Columns.of(
          Column.uuid("entry_id", "e.entry_id"),
          Column.uuid("payment_id", "e.payment_id"),
          Column.uuid("order_id", "e.order_id"),
          Column.text("account", "e.account"),
          Column.timestamp("create_time", "e.created_at"));
  private static final OrderBy NEWEST_ENTRIES =
      OrderBy.parse("", ENTRY_COLUMNS, "entry_id desc", "entry_id"); // ids are in order of time

  private final PaymentStore store;
  private final AuditStore audit;
  private final Authorize authorize;
  private final Take take;
  private final GiveUp giveUp;
  private final InstantSource clock;

  PaymentsService(
      PaymentStore store,
      AuditStore audit,
      Authorize authorize,
      Take take,
      GiveUp giveUp,
      InstantSource clock) {
    this.store = store;
    this.audit = audit;
    this.authorize = authorize;
    this.take = take;
    this.giveUp = giveUp;
    this.clock = clock;
  }

  @Override
  public void authorize(AuthorizeRequest request, StreamObserver<AuthorizeResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          Payment payment =
              authorize.run(
                  Claim.of(PaymentsServiceGrpc.getAuthorizeMethod(), request),
                  Ids.parse("order_id", request.getOrderId()),
                  Money.fromProto(request.getAmount(), "amount"),
                  request.getPaymentToken());
          return AuthorizeResponse.newBuilder().setPayment(PaymentProto.payment(payment)).build();
        });
  }

  @Override
  public void capture(CaptureRequest request, StreamObserver<CaptureResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          Operation capture =
              Operation.wanted(
                  Claim.of(PaymentsServiceGrpc.getCaptureMethod(), request),
                  Operation.Kind.CAPTURE,
                  paymentId(request.getPaymentId()),
                  Money.fromProto(request.getAmount(), "amount"),
                  "");
          return CaptureResponse.newBuilder()
              .setPayment(PaymentProto.answer(take.run(capture).answer()))
              .build();
        });
  }

  @Override
  public void void_(VoidRequest request, StreamObserver<VoidResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          Operation gone =
              Operation.wanted(
                  Claim.of(PaymentsServiceGrpc.getVoidMethod(), request),
                  Operation.Kind.VOID,
                  paymentId(request.getPaymentId()),
                  null,
                  "");
          return VoidResponse.newBuilder()
              .setPayment(PaymentProto.answer(giveUp.run(gone).answer()))
              .build();
        });
  }

  @Override
  public void refund(RefundRequest request, StreamObserver<RefundResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          Operation refund =
              Operation.wanted(
                  Claim.of(PaymentsServiceGrpc.getRefundMethod(), request),
                  Operation.Kind.REFUND,
                  paymentId(request.getPaymentId()),
                  Money.fromProto(request.getAmount(), "amount"),
                  request.getReason());
          return RefundResponse.newBuilder()
              .setPayment(PaymentProto.answer(take.run(refund).answer()))
              .build();
        });
  }

  @Override
  public void getPayment(GetPaymentRequest request, StreamObserver<GetPaymentResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          UUID id = paymentId(request.getPaymentId());
          var stored = store.find(id).orElseThrow(() -> Refusals.notFound(id));
          return GetPaymentResponse.newBuilder()
              .setPayment(PaymentProto.payment(stored.payment()))
              .build();
        });
  }

  @Override
  public void listPayments(
      ListPaymentsRequest request, StreamObserver<ListPaymentsResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          var filter = Filter.parse(request.getFilter(), PAYMENT_COLUMNS);
          var pages =
              Pages.read(
                  "ListPayments",
                  request.getPageSize(),
                  request.getPageToken(),
                  filter,
                  NEWEST_PAYMENTS);
          var page =
              pages.page(
                  store.payments(pages, NEWEST_PAYMENTS),
                  (payment, field) ->
                      field.equals("create_time") ? payment.createTime() : payment.id());
          var response = ListPaymentsResponse.newBuilder().setNextPageToken(page.nextPageToken());
          page.rows().stream().map(PaymentProto::payment).forEach(response::addPayments);
          return response.build();
        });
  }

  @Override
  public void listLedgerEntries(
      ListLedgerEntriesRequest request, StreamObserver<ListLedgerEntriesResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          var filter = Filter.parse(request.getFilter(), ENTRY_COLUMNS);
          var pages =
              Pages.read(
                  "ListLedgerEntries",
                  request.getPageSize(),
                  request.getPageToken(),
                  filter,
                  NEWEST_ENTRIES);
          Pages.Page<Entry> page =
              pages.page(store.entries(pages, NEWEST_ENTRIES), (entry, field) -> entry.entryId());
          var response =
              ListLedgerEntriesResponse.newBuilder().setNextPageToken(page.nextPageToken());
          page.rows().stream().map(PaymentProto::entry).forEach(response::addLedgerEntries);
          return response.build();
        });
  }

  @Override
  public void checkBooks(CheckBooksRequest request, StreamObserver<CheckBooksResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          Caller.requireOperator();
          return CheckBooksResponse.newBuilder().setBooks(audit.checkBooks()).build();
        });
  }

  @Override
  public void auditPayments(
      AuditPaymentsRequest request, StreamObserver<AuditPaymentsResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          var response = AuditPaymentsResponse.newBuilder();
          AuditedRows.read(
                  "payment_id",
                  request.getPaymentIdsList(),
                  request.getAfterPaymentId(),
                  request.getPageSize(),
                  audit::payments,
                  audit::payments)
              .forEach(
                  payment -> response.addPayments(PaymentProto.books(payment, clock.instant())));
          return response.build();
        });
  }

  private static UUID paymentId(String text) {
    return Ids.parse("payment_id", text);
  }
}
