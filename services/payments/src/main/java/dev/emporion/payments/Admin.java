package dev.emporion.payments;

import dev.emporion.payments.PaymentProvider.Approved;
import dev.emporion.payments.PaymentProvider.Declined;
import dev.emporion.payments.PaymentProvider.Outcome;
import dev.emporion.platform.Database;
import dev.emporion.platform.DatabaseConfig;
import dev.emporion.platform.Ids;
import dev.emporion.platform.Settings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * What an operator does about operations whose outcome the provider cannot be asked for any more.
 */
final class Admin {
  private static final int LIMIT = 200;
  private static final String DONE = "done";
  private static final String REFUSED = "refused";
  private static final String BY_OPERATOR = "settled_by_operator";

  private Admin() {}

  /**
   * @param minAgeSeconds younger ones are still under way
   */
  record Query(DatabaseConfig database, int minAgeSeconds) {
    static Query read(Settings settings) {
      return new Query(
          DatabaseConfig.read(settings),
          settings.integer("MIN_AGE_SECONDS", 60, 0, 86_400, "leave out younger ones"));
    }
  }

  /** What an operator found in the provider's books. */
  record Verdict(DatabaseConfig database, String requestId, String outcome) {
    static Verdict read(Settings settings) {
      return new Verdict(
          DatabaseConfig.read(settings),
          settings.text("REQUEST_ID", null, "the capture or refund"),
          settings.choice("OUTCOME", null, List.of(DONE, REFUSED), "what the provider did"));
    }
  }

  static void unfinished(Query query) {
    with(
        query.database,
        store -> {
          var operations = new ArrayList<>(store.unfinishedSince(query.minAgeSeconds, LIMIT));
          operations.sort(Comparator.comparing(Operation::age).reversed());
          for (Operation operation : operations) {
            System.out.printf(
                "%s %s of payment %s, %s, %d h old%n",
                operation.kind(),
                operation.requestId(),
                operation.paymentId(),
                operation.amount() == null ? "the rest" : operation.amount(),
                operation.age().toHours());
          }
          return null;
        });
  }

  static void settle(Verdict verdict) {
    Outcome outcome = verdict.outcome.equals(DONE) ? Approved.of("") : new Declined(BY_OPERATOR);
    Operation settled =
        with(
            verdict.database,
            store ->
                new Take(store, null, new KeyWindow(Duration.ZERO), InstantSource.system())
                    .settle(Ids.parse("REQUEST_ID", verdict.requestId), outcome));
    System.out.printf("%s %s is %s%n", settled.kind(), settled.requestId(), settled.state());
  }

  private static <T> T with(DatabaseConfig config, Function<PaymentStore, T> work) {
    try (Database database = Database.open(config)) {
      database.requireSchema(Main.MIGRATIONS);
      return work.apply(new PaymentStore(database));
    }
  }
}
