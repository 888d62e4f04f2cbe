package dev.emporion.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.emporion.common.v1.Books;
import dev.emporion.payments.v1.AuditPaymentsRequest;
import dev.emporion.payments.v1.AuthorizeRequest;
import dev.emporion.payments.v1.CaptureRequest;
import dev.emporion.payments.v1.CheckBooksRequest;
import dev.emporion.payments.v1.GetPaymentRequest;
import dev.emporion.payments.v1.LedgerEntry;
import dev.emporion.payments.v1.ListLedgerEntriesRequest;
import dev.emporion.payments.v1.Payment;
import dev.emporion.payments.v1.PaymentBooks;
import dev.emporion.payments.v1.PaymentEvent;
import dev.emporion.payments.v1.PaymentsServiceGrpc;
import dev.emporion.payments.v1.PaymentsServiceGrpc.PaymentsServiceBlockingStub;
import dev.emporion.payments.v1.RefundRequest;
import dev.emporion.payments.v1.VoidRequest;
import dev.emporion.platform.App;
import dev.emporion.platform.Caller;
import dev.emporion.platform.Database;
import dev.emporion.platform.DatabaseConfig;
import dev.emporion.platform.Failure;
import dev.emporion.platform.GrpcServer;
import dev.emporion.platform.Money;
import dev.emporion.platform.ServerConfig;
import dev.emporion.platform.Telemetry;
import dev.emporion.testing.TestDatabase;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** The service as it is wired for production, on a real database of its own, and a client of it. */
final class Payments implements AutoCloseable {
  static final int KEY_HOURS = 24;
  private static final int POOL = 8;
  private static final int TIMEOUT_MILLIS = 10_000;
  private static final int NEVER_SECONDS = 3600;
  private static final int MINUTE_SECONDS = 60;
  private static final long LIMIT_SECONDS = 60;

  private final TestDatabase testDatabase = emptyDatabase();
  private final App client = new App("client", Telemetry.off());
  private final App app;
  private final GrpcServer server;
  private final PaymentsServiceBlockingStub stub;

  private Payments(String name, String provider, Function<PaymentsConfig, App> wire) {
    var config =
        new PaymentsConfig(
            ServerConfig.local(),
            config(testDatabase.url()),
            SimulatorProvider.NAME,
            provider,
            TIMEOUT_MILLIS,
            KEY_HOURS,
            NEVER_SECONDS);
    app = wire.apply(config);
    server = GrpcServer.inProcess(name, app);
    stub = PaymentsServiceGrpc.newBlockingStub(client.channel("inprocess:" + name));
  }

  static Payments with(String name, PaymentProvider provider) {
    return new Payments(
        name,
        "inprocess:none",
        config ->
            Main.wire(
                new App("payments", Telemetry.off()), config, provider, InstantSource.system()));
  }

  static Payments withSimulator(String name, String address) {
    return new Payments(name, address, config -> Main.wire(config, Telemetry.off()));
  }

  static TestDatabase emptyDatabase() {
    return TestDatabase.migrated("payments", url -> Database.migrate(config(url), Main.MIGRATIONS));
  }

  static DatabaseConfig config(String url) {
    return new DatabaseConfig(url, POOL, TIMEOUT_MILLIS);
  }

  PaymentsServiceBlockingStub stub() {
    return stub;
  }

  DatabaseConfig database() {
    return config(testDatabase.url());
  }

  // ---- calls

  Payment authorize(AuthorizeRequest request) {
    return stub.authorize(request).getPayment();
  }

  Payment capture(CaptureRequest request) {
    return stub.capture(request).getPayment();
  }

  Payment giveUp(VoidRequest request) {
    return stub.void_(request).getPayment();
  }

  Payment refund(RefundRequest request) {
    return stub.refund(request).getPayment();
  }

  Payment get(String paymentId) {
    return stub.getPayment(GetPaymentRequest.newBuilder().setPaymentId(paymentId).build())
        .getPayment();
  }

  List<LedgerEntry> entries(String paymentId) {
    return stub.listLedgerEntries(
            ListLedgerEntriesRequest.newBuilder()
                .setFilter("payment_id = " + paymentId)
                .setPageSize(200)
                .build())
        .getLedgerEntriesList();
  }

  /** Runs the call on a thread of its own. */
  static <T> Running<T> start(Callable<T> call) {
    var future = new CompletableFuture<T>();
    Thread.startVirtualThread(
        () -> {
          try {
            future.complete(call.call());
          } catch (Throwable e) {
            future.completeExceptionally(e);
          }
        });
    return new Running<>(future);
  }

  record Running<T>(CompletableFuture<T> future) {
    T get() throws Throwable {
      try {
        return future.get(LIMIT_SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        throw e.getCause();
      } catch (TimeoutException e) {
        throw new AssertionError("still running after " + LIMIT_SECONDS + " s", e);
      }
    }
  }

  /** One round of the resolver, for everything that is unfinished for a minute. */
  void resolve(PaymentProvider provider) {
    with(
        provider,
        (database, take, giveUp) ->
            new Resolver(new PaymentStore(database), take, giveUp, MINUTE_SECONDS).run());
  }

  /** One round of the worker that gives up what ran out. */
  void expire(PaymentProvider provider) {
    with(
        provider,
        (database, take, giveUp) ->
            new Expirer(new ExpiryStore(database), giveUp, MINUTE_SECONDS).run());
  }

  @FunctionalInterface
  private interface Work {
    void run(Database database, Take take, GiveUp giveUp);
  }

  /** As another instance would. */
  private void with(PaymentProvider provider, Work work) {
    try (Database database = Database.open(database())) {
      var store = new PaymentStore(database);
      var keys = new KeyWindow(Duration.ofHours(KEY_HOURS));
      var clock = InstantSource.system();
      var take = new Take(store, provider, keys, clock);
      var authorizations = new AuthorizationStore(database, store);
      var authorize = new Authorize(store, authorizations, provider, keys, clock);
      var giveUp = new GiveUp(store, provider, authorize, take, clock);
      work.run(database, take, giveUp);
    }
  }

  // ---- what an operator asks

  Books checkBooks() {
    return Caller.as(
        Caller.operator("o"),
        () -> stub.checkBooks(CheckBooksRequest.getDefaultInstance()).getBooks());
  }

  List<PaymentBooks> audit(AuditPaymentsRequest request) {
    return Caller.as(Caller.operator("o"), () -> stub.auditPayments(request).getPaymentsList());
  }

  PaymentBooks audit(String paymentId) {
    return audit(AuditPaymentsRequest.newBuilder().addPaymentIds(paymentId).build()).getFirst();
  }

  // ---- what is stored

  int sql(String statement) {
    try (Connection connection = testDatabase.connect();
        Statement sql = connection.createStatement()) {
      return sql.executeUpdate(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  String value(String query) {
    try (Connection connection = testDatabase.connect();
        Statement sql = connection.createStatement();
        ResultSet rows = sql.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  List<PaymentEvent> events(String paymentId) {
    try (Connection connection = testDatabase.connect();
        Statement sql = connection.createStatement();
        ResultSet rows =
            sql.executeQuery(
                "select payload from outbox where aggregate_id = '%s' order by sequence"
                    .formatted(paymentId))) {
      var events = new ArrayList<PaymentEvent>();
      while (rows.next()) {
        events.add(PaymentEvent.parseFrom(rows.getBytes(1)));
      }
      return events;
    } catch (SQLException | InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As if all that was ever begun had begun so much earlier. */
  void age(int hours) {
    sql("update payments set created_at = created_at - interval '%d hours'".formatted(hours));
    sql("update operations set created_at = created_at - interval '%d hours'".formatted(hours));
  }

  /** What has to hold at any moment. */
  void assertConsistent() {
    assertThat(checkBooks().getViolationsList()).isEmpty();
    assertThat(
            value(
                """
                select count(*) from payments p
                where p.sequence <> (select count(*) from outbox o where o.aggregate_id = p.payment_id)
                   or p.sequence <> coalesce((select max(sequence) from outbox o
                        where o.aggregate_id = p.payment_id), 0)
                """))
        .as("payments whose events have a gap")
        .isEqualTo("0");
    assertThat(
            value(
                """
                select count(*) from (select transaction_id, currency from ledger_entries
                  group by 1, 2 having sum(amount) <> 0) unbalanced
                """))
        .as("transactions that are out of balance")
        .isEqualTo("0");
    assertThat(
            value(
                """
                select count(*) from payments p where
                  (select coalesce(sum(amount), 0) from ledger_entries e
                     where e.payment_id = p.payment_id and account = 'authorized_funds')
                    <> case when state = 'AUTHORIZED' then amount - captured else 0 end
                  or (select coalesce(sum(amount), 0) from ledger_entries e
                     where e.payment_id = p.payment_id and account = 'provider_receivable')
                    <> captured - refunded
                """))
        .as("payments that the ledger tells otherwise")
        .isEqualTo("0");
  }

  // ---- requests

  static String id() {
    return UUID.randomUUID().toString();
  }

  static AuthorizeRequest authorization(long cents) {
    return AuthorizeRequest.newBuilder()
        .setRequestId(id())
        .setOrderId(id())
        .setAmount(euros(cents))
        .setPaymentToken("tok_secret")
        .build();
  }

  static CaptureRequest captureOf(String paymentId, long cents) {
    return CaptureRequest.newBuilder()
        .setRequestId(id())
        .setPaymentId(paymentId)
        .setAmount(euros(cents))
        .build();
  }

  static VoidRequest voidOf(String paymentId) {
    return VoidRequest.newBuilder().setRequestId(id()).setPaymentId(paymentId).build();
  }

  static RefundRequest refundOf(String paymentId, long cents) {
    return RefundRequest.newBuilder()
        .setRequestId(id())
        .setPaymentId(paymentId)
        .setAmount(euros(cents))
        .setReason("broken")
        .build();
  }

  static com.google.type.Money euros(long cents) {
    return new Money("EUR", cents).toProto();
  }

  static Failure assertRefused(ThrowingCallable call, Code code, String reason) {
    var answer = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(answer).as(reason).isNotNull();
    Failure failure = Failure.from(answer);
    assertThat(failure.code() + " " + failure.reason()).isEqualTo(code + " " + reason);
    return failure;
  }

  /** The call got as far as where the script killed it. */
  static void assertDies(ThrowingCallable call) {
    var answer = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(answer).as("the script was not reached").isNotNull();
    assertThat(answer.getStatus().getCode()).isEqualTo(Code.INTERNAL);
  }

  @Override
  public void close() {
    client.close();
    server.close();
    app.close();
  }
}
