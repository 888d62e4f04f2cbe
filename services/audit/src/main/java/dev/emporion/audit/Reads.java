package dev.emporion.audit;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Reads, repeated while nobody answers: the audit has to work while machines die. Each read changes
 * nothing, so that any answer but a plain refusal is worth another try.
 *
 * @param patienceMillis how long a read is repeated
 */
record Reads(String gatewayAddress, String providerAddress, long patienceMillis, Pause pause) {
  private static final Set<Status.Code> FINAL =
      EnumSet.of(
          Status.Code.INVALID_ARGUMENT,
          Status.Code.NOT_FOUND,
          Status.Code.PERMISSION_DENIED,
          Status.Code.UNAUTHENTICATED,
          Status.Code.FAILED_PRECONDITION,
          Status.Code.OUT_OF_RANGE,
          Status.Code.UNIMPLEMENTED);

  private static final long FIRST_WAIT_MILLIS = 100;
  private static final long LONGEST_WAIT_MILLIS = 2_000;

  /**
   * @throws CannotCheck it was refused, or nobody answered for too long
   */
  <A> A read(String party, Supplier<A> call) {
    long began = System.nanoTime();
    long wait = FIRST_WAIT_MILLIS;
    while (true) {
      try {
        return call.get();
      } catch (StatusRuntimeException e) {
        boolean enough = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began) >= patienceMillis;
        if (enough || FINAL.contains(e.getStatus().getCode())) {
          throw new CannotCheck(complaint(party, e.getStatus()));
        }
      }
      rest(wait);
      wait = Math.min(2 * wait, LONGEST_WAIT_MILLIS);
    }
  }

  void rest(long millis) {
    try {
      pause.forMillis(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CannotCheck("interrupted; run it again");
    }
  }

  private String complaint(String party, Status status) {
    boolean provider = party.equals(Parties.PROVIDER);
    String where =
        provider ? "PROVIDER_ADDRESS " + providerAddress : "GATEWAY_ADDRESS " + gatewayAddress;
    String said = "%s: %s".formatted(status.getCode(), status.getDescription());
    return switch (status.getCode()) {
      case PERMISSION_DENIED, UNAUTHENTICATED ->
          "%s refuses (%s): let operators reach its audit RPCs at %s".formatted(party, said, where);
      case UNIMPLEMENTED ->
          "%s has no audit RPCs (%s): give the address of this release as %s"
              .formatted(party, said, where);
      default -> "%s did not answer (%s): start it, or mend %s".formatted(party, said, where);
    };
  }
}
