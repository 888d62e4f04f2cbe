package dev.emporion.mesh.identity;

import dev.emporion.mesh.RunnerException;
import java.time.InstantSource;
import java.util.List;

/**
 * The roots, on disk: one that signs, and during a change a second one. A change goes through three
 * phases, each of which must have reached everyone before the next, so that at any moment everyone
 * believes every certificate that anyone shows:
 *
 * <ol>
 *   <li>both roots are believed, the old one signs;
 *   <li>both are believed, the new one signs;
 *   <li>the new one alone.
 * </ol>
 */
final class Authority {
  private static final String STATE_FILE = "phase";

  /** Where a change stands. */
  enum Phase {
    STEADY,
    BOTH_BELIEVED,
    NEW_ONE_SIGNS
  }

  /**
   * @param number of the root that is in use, or is being replaced
   */
  private record State(Phase phase, int number) {
    int next() {
      return number + 1;
    }

    static State parse(String text) {
      String[] parts = text.strip().split(" ");
      return new State(Phase.valueOf(parts[0]), Integer.parseInt(parts[1]));
    }

    String text() {
      return phase + " " + number + "\n";
    }
  }

  private final KeyFolder folder;
  private final String trustDomain;
  private final Lifetimes lifetimes;
  private final InstantSource clock;
  private State state;
  private List<Credential> roots;

  Authority(KeyFolder folder, String trustDomain, Lifetimes lifetimes, InstantSource clock) {
    this.folder = folder;
    this.trustDomain = trustDomain;
    this.lifetimes = lifetimes;
    this.clock = clock;
    this.state = folder.readText(STATE_FILE).map(State::parse).orElseGet(this::first);
    this.roots = load();
  }

  private State first() {
    State first = new State(Phase.STEADY, 1);
    create(1);
    folder.writeText(STATE_FILE, first.text());
    return first;
  }

  private void create(int number) {
    folder.write(name(number), Issuer.root(number, trustDomain, clock.instant(), lifetimes.root()));
  }

  private static String name(int number) {
    return "root-" + number;
  }

  private List<Credential> load() {
    return state.phase() == Phase.STEADY
        ? List.of(root(state.number()))
        : List.of(root(state.number()), root(state.next()));
  }

  private Credential root(int number) {
    return folder
        .read(name(number))
        .orElseThrow(
            () ->
                new RunnerException(
                    "%s has no %s.pem: delete the folder for a new authority"
                        .formatted(folder.path(), name(number))));
  }

  Phase phase() {
    return state.phase();
  }

  /** The one that signs. */
  Credential signer() {
    return state.phase() == Phase.NEW_ONE_SIGNS ? roots.getLast() : roots.getFirst();
  }

  /** All that are believed. */
  List<Credential> roots() {
    return roots;
  }

  boolean isDue() {
    return state.phase() == Phase.STEADY
        && !clock.instant().isBefore(lifetimes.renewal(signer().certificate()));
  }

  /** Begins a change, or does nothing if one is under way. */
  void change() {
    if (state.phase() == Phase.STEADY) {
      create(state.next());
      become(new State(Phase.BOTH_BELIEVED, state.number()));
    }
  }

  /** Takes the next step of a change; the last one has reached everyone. */
  void proceed() {
    switch (state.phase()) {
      case STEADY -> {}
      case BOTH_BELIEVED -> become(new State(Phase.NEW_ONE_SIGNS, state.number()));
      case NEW_ONE_SIGNS -> {
        int old = state.number();
        become(new State(Phase.STEADY, state.next()));
        folder.delete(name(old));
      }
    }
  }

  private void become(State next) {
    folder.writeText(STATE_FILE, next.text());
    state = next;
    roots = load();
  }
}
