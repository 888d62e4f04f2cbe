package dev.emporion.platform;

import org.postgresql.ds.PGSimpleDataSource;

/** The driver's settings, each with its reason. */
final class PostgresSource {
  private static final int CONNECT_SECONDS = 3;

  private PostgresSource() {}

  /**
   * @param statementMillis the longest a statement may run; 0: no limit, for migrations
   */
  static PGSimpleDataSource of(DatabaseConfig config, int statementMillis) {
    var source = new PGSimpleDataSource();
    source.setUrl(config.jdbcUrl());
    source.setUser(config.user());
    source.setPassword(config.password());
    if (source.getApplicationName() == null) {
      source.setApplicationName(config.databaseName());
    }
    // Our statements are few and constant: a named server statement, binary both ways, at once.
    source.setPrepareThreshold(1);
    // Lets the startup packet carry what would be a round trip of its own.
    source.setAssumeMinServerVersion("16");
    // The detail holds the values of the row; exceptions end up in logs.
    source.setLogServerErrorDetail(false);
    source.setConnectTimeout(CONNECT_SECONDS);
    source.setTcpKeepAlive(true);
    if (statementMillis > 0) {
      // The server gives up first and says so; this is for a server that fell silent.
      source.setSocketTimeout(statementMillis / 1000 + 5);
    }
    source.setOptions(serverOptions(statementMillis));
    return source;
  }

  /** Settings of the session; a space inside a value is escaped with a backslash. */
  private static String serverOptions(int statementMillis) {
    return String.join(
        " ",
        "-c default_transaction_isolation=read\\ committed",
        // Compiling costs more than any statement of ours takes.
        "-c jit=off",
        // Planned once a connection. Left to itself the server plans a statement over arrays anew
        // each time, because it knows their length then: three times the cost of running it.
        "-c plan_cache_mode=force_generic_plan",
        // A plan made while a table was empty must not read all of it when it has grown.
        "-c enable_seqscan=off",
        "-c statement_timeout=" + statementMillis,
        "-c idle_in_transaction_session_timeout=" + statementMillis);
  }
}
