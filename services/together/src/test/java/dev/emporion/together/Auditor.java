package dev.emporion.together;

import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.audit.AuditConfig;
import dev.emporion.audit.Main;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The audit as a person runs it, on a {@link Shop}. */
record Auditor(Shop shop) {
  private static final int PAGE = 7;
  private static final int PAUSE_MILLIS = 100;
  private static final int ROUNDS = 50;

  /**
   * @param exitCode 0 nothing is wrong, 1 something is
   */
  record Verdict(int exitCode, List<String> lines) {
    /** The lines of this invariant. */
    List<String> of(String invariant) {
      return lines.stream().filter(line -> line.strip().startsWith(invariant + " ")).toList();
    }

    @Override
    public String toString() {
      return String.join("\n", lines);
    }
  }

  Verdict audit() {
    var printed = new ByteArrayOutputStream();
    var config =
        new AuditConfig(
            shop.address, shop.provider, "audit", PAGE, 10, 30, 10, ROUNDS, PAUSE_MILLIS);
    int exitCode = Main.check(config, new PrintStream(printed, true, StandardCharsets.UTF_8));
    return new Verdict(exitCode, printed.toString(StandardCharsets.UTF_8).lines().toList());
  }

  void mustBeSound() {
    Verdict verdict = audit();
    assertThat(verdict.exitCode()).as(verdict.toString()).isZero();
    assertThat(verdict.lines().getLast()).endsWith("violations=0");
  }
}
