package dev.emporion.edge;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;

/**
 * One thing to be read, as it is sent.
 *
 * @param gzip the same packed; null where that gains nothing
 * @param etag a hash of the bytes, in quotes as the header has it
 */
record Page(String contentType, byte[] plain, byte[] gzip, String etag) {
  private static final int ETAG_BYTES = 16;

  static Page of(String contentType, byte[] bytes) {
    byte[] packed = contentType.startsWith("image/") ? null : gzip(bytes);
    boolean gains = packed != null && packed.length < bytes.length;
    return new Page(contentType, bytes, gains ? packed : null, etag(bytes));
  }

  static Page json(String text) {
    return of("application/json", text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] gzip(byte[] bytes) {
    var out = new ByteArrayOutputStream();
    try (var packer = new GZIPOutputStream(out)) {
      packer.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static String etag(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return '"' + HexFormat.of().formatHex(hash, 0, ETAG_BYTES) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
