package dev.emporion.platform;

import dev.emporion.common.v1.ErrorReason;
import io.grpc.Status;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;

/** Ids as RFC 9562 has them. */
public final class Ids {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final long VARIANT = 0x8000_0000_0000_0000L;

  private Ids() {}

  /**
   * A UUIDv7: ordered by time to a quarter of a microsecond (rand_a holds the fraction of the
   * millisecond, method 3 of the RFC), with 62 bits that nobody can guess, because whoever knows
   * the id of what a guest made may see it.
   */
  public static UUID newId() {
    return v7(Instant.now(), RANDOM.nextLong());
  }

  static UUID v7(Instant now, long random) {
    long fraction = (now.getNano() % 1_000_000L) * 4096 / 1_000_000;
    long most = (now.toEpochMilli() << 16) | 0x7000 | fraction;
    return new UUID(most, (random >>> 2) | VARIANT);
  }

  /** A UUIDv5: the same name in the same namespace is the same id, on every machine and forever. */
  public static UUID v5(UUID namespace, String name) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(16 + text.length);
    bytes.putLong(namespace.getMostSignificantBits());
    bytes.putLong(namespace.getLeastSignificantBits());
    bytes.put(text);
    ByteBuffer hash = ByteBuffer.wrap(sha1(bytes.array()));
    long most = (hash.getLong() & ~0xF000L) | 0x5000;
    long least = (hash.getLong() & ~0xC000_0000_0000_0000L) | VARIANT;
    return new UUID(most, least);
  }

  /**
   * The id in a request's field.
   *
   * @throws Failure INVALID_ARGUMENT / VIOLATED_FIELD naming the field
   */
  public static UUID parse(String field, String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw Failure.of(
              Status.Code.INVALID_ARGUMENT,
              ErrorReason.ERROR_REASON_VIOLATED_FIELD,
              field + " is not a UUID")
          .field(field, "must be a UUID");
    }
  }

  private static byte[] sha1(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-1").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
