package dev.emporion.testing;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Pattern;

/**
 * Databases, each with one role that owns it and can open no other. An owner creates its schema and
 * the extensions that PostgreSQL calls trusted (pg_trgm among them), and nothing beyond.
 */
public final class Databases {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");

  private final String authority;
  private final String database;
  private final String user;
  private final String userPassword;

  /**
   * @param authority host and port
   * @param user a role that may create databases and roles
   */
  Databases(String authority, String database, String user, String userPassword) {
    this.authority = authority;
    this.database = database;
    this.user = user;
    this.userPassword = userPassword;
  }

  /** Those of a server that somebody else runs. */
  public static Databases at(String url) {
    URI uri = URI.create(url);
    String[] user = uri.getUserInfo().split(":", 2);
    String authority = uri.getAuthority().substring(uri.getRawUserInfo().length() + 1);
    return new Databases(authority, uri.getPath().substring(1), user[0], user[1]);
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://%s/%s".formatted(authority, database), user, userPassword);
  }

  /** Makes the database and its role of the same name where missing; sets the password. */
  public String provide(String name, String password) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      provideRole(connection, name, password);
      if (!exists(connection, "select 1 from pg_database where datname = ?", name)) {
        // Whoever is no superuser can give a database only to a role that it belongs to itself.
        statement.execute("grant %s to current_user".formatted(checked(name)));
        statement.execute("create database %s owner %s".formatted(name, name));
        statement.execute("revoke all on database %s from public".formatted(name));
      }
      return url(name, name, password);
    } catch (SQLException e) {
      throw new LocalPostgresException("cannot provide the database " + name + ": " + e, e);
    }
  }

  /** Makes a new database as a copy of another one that nobody is connected to. */
  public String copy(String template, String name, String password) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          // Copying files skips the log, and the checkpoint this costs is cheap on a small cluster.
          "create database %s template %s owner %s"
              .formatted(checked(name), checked(template), template));
      statement.execute("revoke all on database %s from public".formatted(name));
      return url(name, template, password);
    } catch (SQLException e) {
      throw new LocalPostgresException("cannot copy the database " + template + ": " + e, e);
    }
  }

  private static void provideRole(Connection connection, String name, String password)
      throws SQLException {
    String verb =
        exists(connection, "select 1 from pg_roles where rolname = ?", name) ? "alter" : "create";
    // Neither takes a parameter; the password is quoted by the server.
    try (PreparedStatement quote =
        connection.prepareStatement("select format('%s role %I login password %L', ?, ?, ?)")) {
      quote.setString(1, verb);
      quote.setString(2, checked(name));
      quote.setString(3, password);
      try (ResultSet row = quote.executeQuery();
          Statement statement = connection.createStatement()) {
        row.next();
        // Thousands of rounds protect a password that can be guessed; a random one needs none, and
        // every new connection of a pool would pay for them.
        statement.execute("set scram_iterations = 1");
        statement.execute(row.getString(1));
      }
    }
  }

  private static boolean exists(Connection connection, String query, String name)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, name);
      return statement.executeQuery().next();
    }
  }

  private static String checked(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not a plain name: " + name);
    }
    return name;
  }

  private String url(String database, String role, String password) {
    return "postgresql://%s:%s@%s/%s".formatted(role, password, authority, database);
  }
}
