package dev.emporion.payments;

import dev.emporion.platform.DatabaseConfig;
import dev.emporion.platform.ServerConfig;
import dev.emporion.platform.Settings;
import java.util.List;

/**
 * @param provider who takes the money
 * @param providerTimeoutMillis the longest wait for the provider's answer
 * @param providerKeyHours how long the provider keeps idempotency keys
 * @param resolveSeconds how old a capture, refund or void without an outcome gets before it is
 *     repeated unasked, and how late a hold that ran out is given up
 */
public record PaymentsConfig(
    ServerConfig server,
    DatabaseConfig database,
    String provider,
    String providerAddress,
    int providerTimeoutMillis,
    int providerKeyHours,
    int resolveSeconds) {
  private static final int TIMEOUT_MILLIS = 3000;
  private static final int KEY_HOURS = 24;
  private static final int RESOLVE_SECONDS = 60;

  public static PaymentsConfig read(Settings settings) {
    return new PaymentsConfig(
        ServerConfig.read(settings),
        DatabaseConfig.read(settings),
        settings.choice(
            "PAYMENT_PROVIDER",
            SimulatorProvider.NAME,
            List.of(SimulatorProvider.NAME),
            "who takes the money"),
        settings.address(
            "PAYMENT_PROVIDER_ADDRESS", "127.0.0.1:50061", "where the provider answers"),
        settings.integer(
            "PROVIDER_TIMEOUT_MILLIS",
            TIMEOUT_MILLIS,
            100,
            60_000,
            "longest wait for the provider's answer"),
        settings.integer(
            "PROVIDER_KEY_HOURS", KEY_HOURS, 1, 720, "how long the provider keeps keys"),
        settings.integer(
            "RESOLVE_SECONDS",
            RESOLVE_SECONDS,
            5,
            3600,
            "age at which an unfinished capture, refund or void is repeated unasked, and how late a"
                + " hold that ran out is given up"));
  }
}
