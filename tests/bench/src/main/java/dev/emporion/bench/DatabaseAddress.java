package dev.emporion.bench;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** Where a database is, and as whom to open it. */
record DatabaseAddress(String jdbcUrl, String user, String password) {

  /**
   * @param url {@code postgresql://user:password@host:port/database}
   */
  static DatabaseAddress of(String url) {
    URI uri = URI.create(url);
    String[] user = uri.getUserInfo().split(":", 2);
    return new DatabaseAddress(
        "jdbc:postgresql://%s:%d%s".formatted(uri.getHost(), uri.getPort(), uri.getPath()),
        user[0],
        user[1]);
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(jdbcUrl, user, password);
  }
}
