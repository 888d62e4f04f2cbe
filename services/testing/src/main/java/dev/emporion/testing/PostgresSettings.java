package dev.emporion.testing;

import dev.emporion.testing.LocalPostgres.Durability;

/** The settings our clusters run with, beside PostgreSQL's defaults. */
final class PostgresSettings {

  private PostgresSettings() {}

  static String text(LocalPostgres.Options options) {
    return common(options.port()) + (options.durability() == Durability.FAST ? FAST : DURABLE);
  }

  private static String common(int port) {
    return """
        listen_addresses = '127.0.0.1'
        port = %d
        # Paths of sockets have a length limit that a deep checkout exceeds.
        unix_socket_directories = ''
        max_connections = 300
        # What relays of the outbox will read.
        wal_level = logical
        # Our statements are short: compiling one costs more than running it.
        jit = off
        timezone = 'UTC'
        log_timezone = 'UTC'
        log_line_prefix = '%%m [%%p] %%u@%%d '
        log_lock_waits = on
        log_checkpoints = off
        """
        .formatted(port);
  }

  private static final String DURABLE =
      """
      fsync = on
      synchronous_commit = on
      full_page_writes = on
      shared_buffers = 256MB
      max_wal_size = 4GB
      checkpoint_timeout = 15min
      """;

  private static final String FAST =
      """
      fsync = off
      synchronous_commit = off
      full_page_writes = off
      shared_buffers = 64MB
      """;
}
