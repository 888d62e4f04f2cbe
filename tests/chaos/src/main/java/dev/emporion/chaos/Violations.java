package dev.emporion.chaos;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What must never be, as sentences with ids and amounts. */
final class Violations {
  private final Queue<String> found = new ConcurrentLinkedQueue<>();

  void add(String form, Object... values) {
    found.add(form.formatted(values));
  }

  void check(boolean holds, String form, Object... values) {
    if (!holds) {
      add(form, values);
    }
  }

  List<String> found() {
    return List.copyOf(found);
  }
}
