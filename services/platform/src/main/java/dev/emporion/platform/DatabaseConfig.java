package dev.emporion.platform;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/**
 * Where a service's database is and how much of it the service takes.
 *
 * @param url {@code postgresql://user:password@host:port/database}, user and password
 *     percent-encoded; a query is handed to the driver as it is ({@code ?sslmode=verify-full})
 * @param poolSize connections kept open, all of them, all the time
 * @param timeoutMillis the longest a statement may run, and the longest wait for a free connection
 *     unless {@link Database} waits less
 */
public record DatabaseConfig(String url, int poolSize, int timeoutMillis) {

  private static final String SHAPE = "postgresql://user:password@host:port/database";
  private static final int POOL_SIZE = 10;
  private static final int TIMEOUT_MILLIS = 5000;

  public static DatabaseConfig read(Settings settings) {
    return new DatabaseConfig(
        settings.secret("DATABASE_URL", SHAPE, DatabaseConfig::isUrl, "this service's database"),
        settings.integer("DATABASE_POOL_SIZE", POOL_SIZE, 1, 200, "connections kept open"),
        settings.integer(
            "DATABASE_TIMEOUT_MILLIS",
            TIMEOUT_MILLIS,
            250,
            600_000,
            "longest wait for a connection, and longest statement"));
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
    if (!isUrl(url)) {
      throw new IllegalArgumentException("not of the form " + SHAPE); // without what it is
    }
    return URI.create(url);
  }

  static boolean isUrl(String text) {
    try {
      URI uri = new URI(text);
      return "postgresql".equals(uri.getScheme())
          && uri.getHost() != null
          && uri.getRawUserInfo() != null
          && uri.getRawUserInfo().contains(":")
          && uri.getPath().length() > 1;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** Without the password: configurations end up in logs. */
  @Override
  public String toString() {
    return jdbcUrl() + " as " + user() + ", " + poolSize + " connections, " + timeoutMillis + " ms";
  }
}
