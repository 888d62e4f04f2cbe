package dev.emporion.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;

/** A rule of the mesh is edited, as somebody's hand would do it, and put back. */
record BentRule(String service, Bend bend, Duration length) implements Fault {
  private static final String ROUTES = "/timeouts-and-retries.yaml";
  private static final String POOL = "/pool-and-breaker.yaml";

  /** To what. */
  enum Bend {
    /** A part of the calls waits. */
    DELAY("calls wait", ROUTES) {
      @Override
      String apply(String text) {
        return fault(text, "delay:\n          fixedDelay: 2s", 30);
      }
    },
    /** A part of the calls is refused by Envoy. */
    ABORT("calls are refused", ROUTES) {
      @Override
      String apply(String text) {
        return fault(text, "abort:\n          grpcStatus: UNAVAILABLE", 40);
      }
    },
    /** Hardly anybody gets a connection. */
    FULL_POOL("the pool is full", POOL) {
      @Override
      String apply(String text) {
        return text.replaceAll("maxConnections: \\d+", "maxConnections: 1")
            .replaceAll("http2MaxRequests: \\d+", "http2MaxRequests: 1");
      }
    };

    private final String words;
    private final String file;

    Bend(String words, String file) {
      this.words = words;
      this.file = file;
    }

    abstract String apply(String text);

    private static String fault(String text, String what, int percent) {
      String rule =
          """
                fault:
                  %s
                    percentage:
                      value: %d
                route:
          """;
      return text.replace("      route:\n", rule.formatted(what, percent));
    }
  }

  @Override
  public String name() {
    return bend.words + ": " + service;
  }

  @Override
  public String target() {
    return service + bend.file;
  }

  @Override
  public void strike(Scene scene) {
    try {
      String text = Files.readString(original(scene));
      String bent = bend.apply(text);
      if (bent.equals(text)) {
        throw new ChaosException("nothing to bend in " + original(scene));
      }
      put(scene, bent);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void mend(Scene scene) {
    try {
      put(scene, Files.readString(original(scene)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path original(Scene scene) {
    return scene.site().original(service + bend.file);
  }

  /** Whole, under its name at once. */
  private void put(Scene scene, String text) throws IOException {
    Path rule = scene.site().rule(service + bend.file);
    Path draft = rule.resolveSibling("." + rule.getFileName());
    Files.writeString(draft, text);
    Files.move(draft, rule, StandardCopyOption.ATOMIC_MOVE);
  }
}
