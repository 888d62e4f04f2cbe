package dev.emporion.mesh.run;

import java.util.function.Supplier;

/** Tells whoever gave a command how far it is. */
@FunctionalInterface
interface Progress {
  void send(Message message);

  /** Runs a stage: its begin, its end with how long it took and what it says of itself. */
  default void stage(String name, Supplier<String> stage) {
    long began = System.nanoTime();
    send(Message.of("begin", name));
    try {
      String detail = stage.get();
      double seconds = (System.nanoTime() - began) / 1e9;
      send(Message.of("end", name, "%.1f".formatted(seconds), detail));
    } catch (RuntimeException e) {
      send(Message.of("failed", name));
      throw e;
    }
  }
}
