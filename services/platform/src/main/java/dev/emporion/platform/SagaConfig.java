package dev.emporion.platform;

/**
 * How sagas are run.
 *
 * @param leaseSeconds without a sign of life until another instance takes over
 * @param scanMillis between two looks for leases that ended
 * @param maxRunning sagas at a time in this instance
 * @param maxTries of one step before the saga is parked
 * @param drainSeconds for running sagas to end when the instance stops
 */
public record SagaConfig(
    int leaseSeconds, int scanMillis, int maxRunning, int maxTries, int drainSeconds) {

  private static final int LEASE_SECONDS = 10;
  private static final int SCAN_MILLIS = 1000;
  private static final int MAX_RUNNING = 1000;
  private static final int MAX_TRIES = 40;
  private static final int DRAIN_SECONDS = 5;

  public static SagaConfig read(Settings settings) {
    return new SagaConfig(
        settings.integer(
            "SAGA_LEASE_SECONDS", LEASE_SECONDS, 1, 300, "until another instance takes over"),
        settings.integer(
            "SAGA_SCAN_MILLIS", SCAN_MILLIS, 10, 60_000, "between looks for leases that ended"),
        settings.integer("SAGA_MAX_RUNNING", MAX_RUNNING, 1, 100_000, "sagas at a time"),
        settings.integer(
            "SAGA_MAX_TRIES", MAX_TRIES, 1, 1000, "of one step, then an operator is needed"),
        settings.integer(
            "SAGA_DRAIN_SECONDS", DRAIN_SECONDS, 0, 300, "for running sagas to end at a stop"));
  }

  public static SagaConfig defaults() {
    return new SagaConfig(LEASE_SECONDS, SCAN_MILLIS, MAX_RUNNING, MAX_TRIES, DRAIN_SECONDS);
  }
}
