package dev.emporion.audit;

import dev.emporion.platform.Settings;

/**
 * What the audit is told from outside.
 *
 * @param operator who asks: the services answer operators alone
 * @param pageSize rows that are read, and held, at once
 * @param readSeconds the longest wait for a page
 * @param booksSeconds the longest wait for a service that checks its books
 * @param patienceSeconds how long a read is repeated when nobody answers
 * @param rounds how often a mismatch is looked at again before it counts as undecided
 * @param pauseMillis between two looks
 */
public record AuditConfig(
    String gatewayAddress,
    String providerAddress,
    String operator,
    int pageSize,
    int readSeconds,
    int booksSeconds,
    int patienceSeconds,
    int rounds,
    int pauseMillis) {

  public static AuditConfig read(Settings s) {
    return new AuditConfig(
        s.address("GATEWAY_ADDRESS", "127.0.0.1:8080", "where the services are reached"),
        s.address("PROVIDER_ADDRESS", "127.0.0.1:15060", "the payment provider's own API"),
        s.text("AUDIT_OPERATOR", "audit", "the operator who asks, for the services' logs"),
        s.integer("AUDIT_PAGE_SIZE", 500, 1, 500, "rows that are compared at once"),
        s.integer("AUDIT_READ_SECONDS", 10, 1, 600, "longest wait for a page"),
        s.integer("AUDIT_BOOKS_SECONDS", 60, 1, 7_200, "longest wait for a check of books"),
        s.integer("AUDIT_PATIENCE_SECONDS", 60, 0, 3_600, "how long a failed read is repeated"),
        s.integer("AUDIT_ROUNDS", 8, 2, 1_000, "how often a mismatch is looked at again"),
        s.integer("AUDIT_PAUSE_MILLIS", 1_000, 0, 60_000, "pause between two looks"));
  }
}
