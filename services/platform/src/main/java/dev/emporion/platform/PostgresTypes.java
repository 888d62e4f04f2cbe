package dev.emporion.platform;

import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.argument.AbstractArgumentFactory;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jdbi.v3.core.spi.JdbiPlugin;
import org.jdbi.v3.core.statement.StatementExceptions;

/**
 * Java types as PostgreSQL's own: an Instant as timestamptz, a UUID as uuid and a null of either as
 * a null of that type. Jdbi's general mapping sends a text or a varchar null, which a CTE refuses.
 */
final class PostgresTypes implements JdbiPlugin {

  @Override
  public void customizeJdbi(Jdbi jdbi) {
    jdbi.registerArgument(new InstantArgument());
    jdbi.registerArgument(new UuidArgument());
    jdbi.registerArgument(new BlobsArgument());
    // Without the arguments: they are customers' data, and exceptions end up in logs.
    jdbi.getConfig(StatementExceptions.class)
        .setMessageRendering(StatementExceptions.MessageRendering.SHORT_STATEMENT);
    jdbi.registerArrayType(UUID.class, "uuid");
    jdbi.registerArrayType(String.class, "text");
    jdbi.registerArrayType(Integer.class, "int4");
    jdbi.registerArrayType(int.class, "int4");
    jdbi.registerArrayType(Long.class, "int8");
    jdbi.registerArrayType(long.class, "int8");
    jdbi.registerArrayType(Boolean.class, "bool");
  }

  private static final class InstantArgument extends AbstractArgumentFactory<Instant> {
    InstantArgument() {
      super(Types.TIMESTAMP_WITH_TIMEZONE);
    }

    @Override
    protected Argument build(Instant value, ConfigRegistry config) {
      return (position, statement, context) ->
          statement.setObject(position, OffsetDateTime.ofInstant(value, ZoneOffset.UTC));
    }
  }

  private static final class UuidArgument extends AbstractArgumentFactory<UUID> {
    /** OTHER: the driver leaves the type of a null to the server. */
    UuidArgument() {
      super(Types.OTHER);
    }

    @Override
    protected Argument build(UUID value, ConfigRegistry config) {
      return (position, statement, context) -> statement.setObject(position, value);
    }
  }

  /** bytea[]: Jdbi would make an Object[] of it, which the driver does not take. */
  private static final class BlobsArgument extends AbstractArgumentFactory<byte[][]> {
    BlobsArgument() {
      super(Types.ARRAY);
    }

    @Override
    protected Argument build(byte[][] value, ConfigRegistry config) {
      return (position, statement, context) ->
          statement.setArray(position, statement.getConnection().createArrayOf("bytea", value));
    }
  }
}
