package dev.emporion.platform;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/**
 * Where a service's database is and how much of it the service takes.
 *
 * @param url {@code postgresql://user:password@host:port/database}, user and password
 *     percent-encoded; a query is handed to the driver as it is ({@code ?sslmode=verify-full})
 * @param poolSize connections kept open, all of them, all the time
 * @param timeoutMillis the longest wait for a free connection, and the longest a statement may run
 */
public record DatabaseConfig(String url, int poolSize, int timeoutMillis) {

  public DatabaseConfig {
    parse(url);
  }

  String user() {
    return credential(0);
  }

  String password() {
    return credential(1);
  }

  String databaseName() {
    return parse(url).getPath().substring(1);
  }

  /** The same place as the driver spells it; it holds no credential. */
  String jdbcUrl() {
    URI uri = parse(url);
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return "jdbc:postgresql://" + uri.getHost() + port + uri.getRawPath() + query;
  }

  private String credential(int index) {
    String[] parts = parse(url).getRawUserInfo().split(":", 2);
    // URLDecoder also turns "+" into a space, which a password may hold as it is.
    return URLDecoder.decode(parts[index].replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static URI parse(String url) {
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      throw malformed(); // the cause's text has the password
    }
    boolean scheme = "postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme());
    boolean credentials = uri.getRawUserInfo() != null && uri.getRawUserInfo().contains(":");
    boolean path = uri.getPath() != null && uri.getPath().length() > 1;
    if (!scheme || !credentials || !path || uri.getHost() == null) {
      throw malformed();
    }
    return uri;
  }

  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException("not of the form postgresql://user:password@host:port/db");
  }

  /** Without the password: configurations end up in logs. */
  @Override
  public String toString() {
    return jdbcUrl() + " as " + user() + ", " + poolSize + " connections, " + timeoutMillis + " ms";
  }
}
