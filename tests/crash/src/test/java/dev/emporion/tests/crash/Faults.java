package dev.emporion.tests.crash;

import dev.emporion.tests.crash.Boundary.Moment;
import dev.emporion.tests.crash.Boundary.Way;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is to happen in one run, and what boundaries it came by. Boundaries are known by being
 * passed, never by a list.
 */
final class Faults {
  private final Map<String, Integer> passed = new HashMap<>();
  private final List<Boundary> seen = new ArrayList<>();
  private boolean watching;
  private Boundary fatal;
  private Way way;
  private Runnable everywhere;

  /** Watches a run in which nothing happens. */
  synchronized void watch() {
    arm(null, null);
  }

  /** Watches a run in which this happens there. */
  synchronized void arm(Boundary where, Way what) {
    passed.clear();
    seen.clear();
    fatal = where;
    way = what;
    watching = true;
  }

  /** Something to do at each boundary, whoever passes it. */
  synchronized void everywhere(Runnable what) {
    everywhere = what;
  }

  /** Stops watching. Returns the boundaries in the order they were passed first. */
  synchronized List<Boundary> stop() {
    watching = false;
    return List.copyOf(seen);
  }

  /** Whether nothing at all happens in this run. */
  synchronized boolean undisturbed() {
    return watching && way == null && everywhere == null;
  }

  /** Whether what was to happen has happened. */
  synchronized boolean happened() {
    return fatal == null;
  }

  /** Somebody begins to pass there; says for which time. */
  synchronized int enter(String where) {
    if (everywhere != null) {
      everywhere.run();
    }
    return watching ? passed.merge(where, 1, Integer::sum) : 0;
  }

  /** What happens there; null: nothing. */
  synchronized Way at(String where, int occurrence, Moment moment) {
    if (!watching || occurrence == 0) {
      return null;
    }
    var boundary = new Boundary(where, occurrence, moment);
    seen.add(boundary);
    if (!boundary.equals(fatal)) {
      return null;
    }
    fatal = null;
    return way;
  }
}
