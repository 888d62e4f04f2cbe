package dev.emporion.orders;

import static dev.emporion.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PlaceOrderCostTest {
  private final OrdersFixture fixture = new OrdersFixture();
  private final OrdersFixture.Instance orders = fixture.instance();

  @AfterEach
  void close() {
    fixture.close();
  }

  /** PostgreSQL calls an update hot that touches no index. */
  @Test
  void confirmingAnOrderTouchesNoIndexOnceTheTimeOfItsRenewalIsGuessedRight() {
    fixture.shop.payments.holdFor = Duration.ofDays(7);
    for (int i = 0; i < 3; i++) {
      orders.stub.placeOrder(fixture.request(1).build());
    }

    eventually(() -> assertThat(updates()).isEqualTo("3 updates, 2 of them hot"));
  }

  private String updates() throws Exception {
    try (var connection = fixture.database.connect();
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                """
                select n_tup_upd || ' updates, ' || n_tup_hot_upd || ' of them hot'
                from pg_stat_user_tables where relname = 'orders'
                """)) {
      row.next();
      return row.getString(1);
    }
  }
}
