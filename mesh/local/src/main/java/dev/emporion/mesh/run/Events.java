package dev.emporion.mesh.run;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What the daemon does and sees, a line each in its log. */
final class Events {
  private Events() {}

  static void say(String event) {
    System.out.println(Instant.now().truncatedTo(ChronoUnit.MILLIS) + "  " + event);
  }
}
