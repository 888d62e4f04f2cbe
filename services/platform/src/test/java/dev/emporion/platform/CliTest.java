package dev.emporion.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.common.v1.ErrorReason;
import io.grpc.Status.Code;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CliTest {
  private record Config(String address, int seconds, String password) {
    static Config read(Settings s) {
      return new Config(
          s.address("LISTEN_ADDRESS", "127.0.0.1:50051", "where to listen"),
          s.integer("DRAIN_SECONDS", 5, 0, 300, "100% of the time to drain"),
          s.secret("PASSWORD", "eight letters", password -> password.length() == 8, "to get in"));
    }
  }

  private final Map<String, String> environment = new HashMap<>(Map.of("PASSWORD", "12345678"));
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<Config> served = new ArrayList<>();
  private RuntimeException failure;

  private int run(String... args) {
    return Cli.of(
            "orders",
            "Orders.",
            environment::get,
            new PrintWriter(out, true),
            new PrintWriter(err, true))
        .command("serve", "answer RPCs", Config::read, this::serve)
        .run(args);
  }

  private void serve(Config config) {
    if (failure != null) {
      throw failure;
    }
    served.add(config);
  }

  @Test
  void anOptionGoesBeforeTheEnvironmentAndThatBeforeTheDefault() {
    environment.put("LISTEN_ADDRESS", "0.0.0.0:1");
    environment.put("DRAIN_SECONDS", "1");
    assertThat(run("serve", "--drain-seconds", "2")).isZero();
    assertThat(served).containsExactly(new Config("0.0.0.0:1", 2, "12345678"));
  }

  @Test
  void helpShowsEverySettingItsVariableDefaultAndRange() {
    assertThat(run("serve", "--help")).isZero();
    assertThat(out.toString())
        .contains("--listen-address=HOST:PORT", "LISTEN_ADDRESS", "127.0.0.1:50051")
        .contains("--drain-seconds=0..300", "100% of the time", "DRAIN_SECONDS", "default 5")
        .contains("--password", "PASSWORD", "required")
        .doesNotContain("12345678");
    assertThat(served).isEmpty();
  }

  @Test
  void helpListsTheCommands() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("serve", "answer RPCs");
  }

  @Test
  void badSettingsAreOneLineEachAndUsage() {
    environment.put("DRAIN_SECONDS", "soon");
    environment.remove("PASSWORD");
    assertThat(run("serve", "--listen-address", "here")).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly(
            "orders: LISTEN_ADDRESS is 'here'; give HOST:PORT",
            "orders: DRAIN_SECONDS is 'soon'; give 0..300",
            "orders: PASSWORD is missing; give eight letters: to get in");
  }

  @Test
  void unknownOptionsAndCommandsAreUsage() {
    assertThat(run("serve", "--wrong", "1")).isEqualTo(2);
    assertThat(run("srve")).isEqualTo(2);
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).contains("orders: Unknown option", "--wrong", "srve");
  }

  @Test
  void aFailureIsOneLine() {
    failure =
        Failure.of(Code.NOT_FOUND, ErrorReason.ERROR_REASON_INVALID_VALUE, "there is no such saga");
    assertThat(run("serve")).isEqualTo(1);
    assertThat(err.toString().strip()).isEqualTo("orders: there is no such saga");
  }

  @Test
  void whatNobodyExpectedIsOneLineAndItsTraceIsInTheLog() {
    failure = new IllegalStateException("oh");
    try (var log = new Captured()) {
      assertThat(run("serve")).isEqualTo(1);
      assertThat(log.containing("IllegalStateException: oh")).hasSize(1);
    }
    assertThat(err.toString().strip()).isEqualTo("orders: oh");
  }
}
