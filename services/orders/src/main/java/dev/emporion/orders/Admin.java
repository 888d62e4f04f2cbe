package dev.emporion.orders;

import dev.emporion.orders.v1.AbandonSagaRequest;
import dev.emporion.orders.v1.ListParkedSagasRequest;
import dev.emporion.orders.v1.ListParkedSagasResponse;
import dev.emporion.orders.v1.ParkedSaga;
import dev.emporion.orders.v1.ResumeSagaRequest;
import dev.emporion.platform.Caller;
import dev.emporion.platform.Database;
import dev.emporion.platform.DatabaseConfig;
import dev.emporion.platform.ParkedSagas;
import dev.emporion.platform.Settings;
import java.io.PrintStream;
import java.util.UUID;
import java.util.function.Consumer;

/** What an operator does about parked changes from a shell: the RPCs for it, on the database. */
final class Admin {
  private static final Caller OPERATOR = Caller.operator("shell");
  private static final int PAGE = 200;

  private Admin() {}

  /** A decision about one parked change. */
  record Decision(DatabaseConfig database, String orderId, String reason) {
    static Decision read(Settings settings) {
      return new Decision(
          DatabaseConfig.read(settings),
          settings.text("ORDER_ID", null, "the order whose change is parked"),
          settings.text("REASON", null, "why; it is logged"));
    }
  }

  static void parked(DatabaseConfig config) {
    with(config, changes -> print(changes, System.out));
  }

  private static void print(ParkedChanges changes, PrintStream out) {
    String token = "";
    do {
      ListParkedSagasResponse page =
          changes.list(
              ListParkedSagasRequest.newBuilder().setPageSize(PAGE).setPageToken(token).build());
      page.getParkedSagasList().forEach(saga -> out.println(line(saga)));
      token = page.getNextPageToken();
    } while (!token.isEmpty());
  }

  private static String line(ParkedSaga saga) {
    return "%s %s at %s after %d tries%s: %s"
        .formatted(
            saga.getOrderId(),
            saga.getKind(),
            saga.getStep(),
            saga.getAttempts(),
            saga.getAbandonable() ? ", abandonable" : "",
            saga.getReason());
  }

  static void resume(Decision decision) {
    with(
        decision.database,
        changes ->
            changes.resume(
                ResumeSagaRequest.newBuilder()
                    .setRequestId(UUID.randomUUID().toString())
                    .setOrderId(decision.orderId)
                    .setReason(decision.reason)
                    .build()));
    System.out.println("the change of order " + decision.orderId + " goes on");
  }

  static void abandon(Decision decision) {
    with(
        decision.database,
        changes ->
            changes.abandon(
                AbandonSagaRequest.newBuilder()
                    .setRequestId(UUID.randomUUID().toString())
                    .setOrderId(decision.orderId)
                    .setReason(decision.reason)
                    .build()));
    System.out.println("the change of order " + decision.orderId + " is taken back");
  }

  private static void with(DatabaseConfig config, Consumer<ParkedChanges> work) {
    try (Database database = Database.open(config)) {
      database.requireSchema(Main.MIGRATIONS);
      var changes = new ParkedChanges(new ParkedSagas(database), new OrderStore(database));
      Caller.as(OPERATOR, () -> work.accept(changes));
    }
  }
}
