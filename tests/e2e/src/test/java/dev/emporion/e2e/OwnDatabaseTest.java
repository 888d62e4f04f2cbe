package dev.emporion.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each service's role opens its own database and no other. */
class OwnDatabaseTest {
  private final RunningSystem system = RunningSystem.shared();

  static Stream<List<String>> pairs() {
    return RunningSystem.STATEFUL.stream()
        .flatMap(
            role ->
                Stream.concat(RunningSystem.STATEFUL.stream(), Stream.of("postgres", "template1"))
                    .map(database -> List.of(role, database)));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aRoleOpensItsOwnDatabaseAlone(List<String> pair) throws SQLException {
    String role = pair.getFirst();
    String database = pair.getLast();
    if (role.equals(database)) {
      connect(role, database);
    } else {
      assertThatThrownBy(() -> connect(role, database))
          .isInstanceOfSatisfying(
              SQLException.class,
              refusal ->
                  assertThat(refusal.getSQLState())
                      .as("insufficient_privilege")
                      .isEqualTo("42501"));
    }
  }

  private void connect(String role, String database) throws SQLException {
    URI own = URI.create(system.databaseUrl(role));
    String url = "jdbc:postgresql://" + own.getHost() + ":" + own.getPort() + "/" + database;
    String[] user = own.getUserInfo().split(":", 2);
    DriverManager.getConnection(url, user[0], user[1]).close();
  }
}
