package dev.emporion.mesh.identity;

import dev.emporion.mesh.RunnerException;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * How long certificates are valid and when they are renewed.
 *
 * @param leaf of an instance
 * @param root of the authority
 * @param renewalShare of its life that a certificate lives before it is replaced, 0 to 1
 * @param jitterShare of its life, by which the renewal comes earlier at most: so that not everyone
 *     is renewed at once
 */
public record Lifetimes(Duration leaf, Duration root, double renewalShare, double jitterShare) {
  public static final Lifetimes DEFAULT =
      new Lifetimes(Duration.ofHours(1), Duration.ofDays(3650), 2.0 / 3, 0.1);

  /** Names how many seconds an instance's certificate lives, for a look at rotation. */
  public static final String SECONDS_VARIABLE = "EMPORION_CERTIFICATE_SECONDS";

  private static final int SHORTEST_SECONDS = 10;

  /** Clocks on one machine agree, but a certificate of this very second is refused by some. */
  static final Duration BACKDATED = Duration.ofMinutes(1);

  private static final int FRACTION_BITS = 30;

  public Lifetimes {
    if (renewalShare <= 0 || renewalShare >= 1 || jitterShare < 0 || jitterShare >= renewalShare) {
      throw new IllegalArgumentException("shares must be 0 < jitter < renewal < 1");
    }
  }

  /** The usual ones, but for what the environment says. */
  public static Lifetimes from(Map<String, String> environment) {
    String text = environment.getOrDefault(SECONDS_VARIABLE, "").strip();
    return text.isEmpty() ? DEFAULT : DEFAULT.withLeaf(seconds(text));
  }

  private Lifetimes withLeaf(Duration newLeaf) {
    return new Lifetimes(newLeaf, root, renewalShare, jitterShare);
  }

  private static Duration seconds(String text) {
    try {
      long seconds = Long.parseLong(text);
      if (seconds >= SHORTEST_SECONDS && seconds <= DEFAULT.root.toSeconds()) {
        return Duration.ofSeconds(seconds);
      }
    } catch (NumberFormatException e) {
      // Told below, with the numbers that are out of range.
    }
    throw new RunnerException(
        "%s is '%s'; give seconds, at least %d"
            .formatted(SECONDS_VARIABLE, text, SHORTEST_SECONDS));
  }

  /** The same certificate always has the same time, whoever asks and however often we restart. */
  Instant renewal(X509Certificate certificate) {
    Instant issued = certificate.getNotBefore().toInstant().plus(BACKDATED);
    Duration life = Duration.between(issued, certificate.getNotAfter().toInstant());
    double fraction =
        certificate.getSerialNumber().mod(BigInteger.ONE.shiftLeft(FRACTION_BITS)).doubleValue()
            / (1L << FRACTION_BITS);
    double share = renewalShare - jitterShare * fraction;
    return issued.plusMillis((long) (life.toMillis() * share));
  }
}
