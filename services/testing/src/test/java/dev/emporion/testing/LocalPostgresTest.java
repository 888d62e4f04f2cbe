package dev.emporion.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.emporion.testing.LocalPostgres.Durability;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalPostgresTest {
  /** One cluster for all: each test finds it running, however the one before has left it. */
  @TempDir static Path folder;

  private static LocalPostgres.Options options;
  private static LocalPostgres postgres;

  @BeforeAll
  static void choosePort() {
    options = durable(TestDatabase.freePort());
  }

  @BeforeEach
  void start() {
    postgres = LocalPostgres.start(options);
  }

  @AfterAll
  static void stop() {
    LocalPostgres.stop(options);
  }

  private static LocalPostgres.Options durable(int port) {
    Path tools = Workspace.root().resolve(".run/tools");
    return new LocalPostgres.Options(folder.resolve("pg"), tools, port, Durability.DURABLE);
  }

  @Test
  void aCommitIsOnDiskWhenItIsAnswered() throws SQLException {
    assertThat(setting("fsync")).isEqualTo("on");
    assertThat(setting("synchronous_commit")).isEqualTo("on");
    assertThat(setting("full_page_writes")).isEqualTo("on");
    assertThat(setting("wal_level")).isEqualTo("logical");
    assertThat(setting("jit")).isEqualTo("off");
  }

  @Test
  void itComesBackWithItsDataAfterBeingKilled() throws SQLException {
    execute("create table kept as select 42 as answer");
    ProcessHandle server = LocalPostgres.processAt(options.home()).orElseThrow();
    server.destroyForcibly();
    server.onExit().join();
    assertThat(folder.resolve("pg/data/postmaster.pid")).exists();

    postgres = LocalPostgres.start(options);

    assertThat(query("select answer from kept")).isEqualTo("42");
  }

  @Test
  void aPidFileThatNamesAnotherProgramIsStale() throws Exception {
    LocalPostgres.stop(options);
    Files.writeString(
        folder.resolve("pg/data/postmaster.pid"), ProcessHandle.current().pid() + "\n");

    assertThat(LocalPostgres.processAt(options.home())).isEmpty();
    LocalPostgres.start(options);
    assertThat(LocalPostgres.processAt(options.home())).isPresent();
  }

  @Test
  void startingAgainTakesOverTheRunningServer() {
    ProcessHandle server = LocalPostgres.processAt(options.home()).orElseThrow();
    LocalPostgres.start(options);
    assertThat(LocalPostgres.processAt(options.home())).contains(server);
  }

  @Test
  void changedSettingsRestartIt() throws SQLException {
    options = durable(TestDatabase.freePort());
    postgres = LocalPostgres.start(options);
    assertThat(setting("port")).isEqualTo(Integer.toString(options.port()));
  }

  @Test
  void aRoleOpensNoDatabaseButItsOwn() throws SQLException {
    postgres.databases().provide("orders", "secret");
    postgres.databases().provide("payments", "secret");

    try (Connection own = open("orders", "orders")) {
      assertThat(own.isValid(1)).isTrue();
    }
    for (String other : new String[] {"payments", "postgres", "template1"}) {
      assertThatThrownBy(() -> open(other, "orders"))
          .as(other)
          .hasMessageContaining("permission denied for database");
    }
  }

  @Test
  void aRoleCreatesItsSchemaAndTrustedExtensions() throws SQLException {
    postgres.databases().provide("catalog", "secret");
    try (Connection own = open("catalog", "catalog");
        Statement statement = own.createStatement()) {
      statement.execute("create extension pg_trgm");
      statement.execute("create table products (title text not null)");
      try (ResultSet row =
          statement.executeQuery(
              "select similarity('Größe', 'grösse') > 0.3, lower('GRÖSSE') = 'grösse'")) {
        row.next();
        assertThat(row.getBoolean(1)).as("trigrams of letters beyond ASCII").isTrue();
        assertThat(row.getBoolean(2)).as("lower case beyond ASCII").isTrue();
      }
    }
  }

  @Test
  void providingAgainKeepsTheDataAndTakesTheNewPassword() throws SQLException {
    postgres.databases().provide("orders", "old");
    String url = postgres.databases().provide("orders", "secret");
    assertThat(url)
        .isEqualTo("postgresql://orders:secret@127.0.0.1:%d/orders".formatted(options.port()));
    try (Connection own = open("orders", "orders")) {
      assertThat(own.isValid(1)).isTrue();
    }
  }

  @Test
  void aServerOfSomebodyElseNeedsNoSuperuser() throws SQLException {
    execute("create role admin login password 'admin' createdb createrole");
    String admin = "postgresql://admin:admin@127.0.0.1:%d/postgres".formatted(options.port());
    execute("grant connect on database postgres, template1 to admin");

    Databases.at(admin).provide("carts", "secret");
    Databases.at(admin).provide("carts", "secret");

    try (Connection own = open("carts", "carts");
        Statement statement = own.createStatement()) {
      statement.execute("create table carts (id uuid primary key)");
    }
  }

  @Test
  void secretsAreReadableByTheirOwnerAlone() throws Exception {
    Secrets secrets = new Secrets(folder.resolve("secrets"));
    String secret = secrets.get("orders");
    assertThat(secret).hasSizeGreaterThan(20).isEqualTo(secrets.get("orders"));
    assertThat(Files.getPosixFilePermissions(folder.resolve("secrets/orders")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  private Connection open(String database, String role) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s".formatted(options.port(), database), role, "secret");
  }

  private String setting(String name) throws SQLException {
    return query("show " + name);
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = postgres.connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private String query(String sql) throws SQLException {
    try (Connection connection = postgres.connect("postgres");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
