package dev.emporion.platform;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import java.sql.ResultSet;
import java.sql.SQLException;

/** The answer that a finished mutation left in {@code requests}. */
public record SavedAnswer(byte[] payloadHash, byte[] answer) {

  /**
   * Reads the columns payload_hash and answer.
   *
   * @return null where they are null, as an outer join leaves them for a request not seen before
   */
  public static SavedAnswer read(ResultSet row) throws SQLException {
    byte[] answer = row.getBytes("answer");
    return answer == null ? null : new SavedAnswer(row.getBytes("payload_hash"), answer);
  }

  /** The first answer again, unless the request id came with another payload this time. */
  public <A> A replay(Claim claim, Parser<A> parser) {
    claim.requireSamePayload(payloadHash);
    try {
      return parser.parseFrom(answer);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("unreadable answer of " + claim.rpc(), e);
    }
  }
}
