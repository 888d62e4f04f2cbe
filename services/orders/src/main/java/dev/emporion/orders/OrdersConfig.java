package dev.emporion.orders;

import dev.emporion.platform.DatabaseConfig;
import dev.emporion.platform.ServerConfig;
import dev.emporion.platform.Settings;

/**
 * What orders is told from outside.
 *
 * @param leaseSeconds how long a saga stays with an instance that says nothing
 * @param scanMillis between two looks for leases that ended, and for payments that are due
 * @param maxTries of one step before its saga is parked
 * @param waitMillis the longest that PlaceOrder and changes of orders let a caller wait
 */
public record OrdersConfig(
    ServerConfig server,
    DatabaseConfig database,
    String cartsAddress,
    String pricingAddress,
    String inventoryAddress,
    String paymentsAddress,
    String shippingAddress,
    int leaseSeconds,
    int scanMillis,
    int maxTries,
    int waitMillis,
    int maxSagas,
    int maxWaiters) {

  public static OrdersConfig read(Settings s) {
    return new OrdersConfig(
        ServerConfig.read(s),
        DatabaseConfig.read(s),
        s.address("CARTS_ADDRESS", "127.0.0.1:50053", "where carts answers"),
        s.address("PRICING_ADDRESS", "127.0.0.1:50054", "where pricing answers"),
        s.address("INVENTORY_ADDRESS", "127.0.0.1:50052", "where inventory answers"),
        s.address("PAYMENTS_ADDRESS", "127.0.0.1:50056", "where payments answers"),
        s.address("SHIPPING_ADDRESS", "127.0.0.1:50057", "where shipping answers"),
        s.integer("SAGA_LEASE_SECONDS", 10, 1, 300, "until another instance takes over"),
        s.integer("SAGA_SCAN_MILLIS", 1_000, 10, 60_000, "between looks for leases that ended"),
        s.integer("SAGA_MAX_TRIES", 40, 1, 1_000, "of one step, then an operator is needed"),
        s.integer(
            "ORDER_WAIT_MILLIS",
            5_000,
            0,
            60_000,
            "longest wait for the end of what was asked for"),
        s.integer("MAX_SAGAS", 1_000, 1, 100_000, "sagas that run here at once"),
        s.integer("MAX_WAITERS", 10_000, 1, 1_000_000, "callers that wait or watch at once"));
  }
}
