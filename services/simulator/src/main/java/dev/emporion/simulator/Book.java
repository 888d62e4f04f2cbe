package dev.emporion.simulator;

import dev.emporion.platform.Failure;
import dev.emporion.simulator.Hold.Decision;
import dev.emporion.simulator.v1.ErrorReason;
import dev.emporion.simulator.v1.JournalRecord;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The provider's record: every authorization, and what was answered under which key. It lives in
 * memory and in the journal. Decisions are made one after the other under a lock, for a few
 * microseconds each; the wait for the disk is outside of it and shared. Nothing is answered,
 * replays and reads included, before it is on disk.
 */
final class Book implements AutoCloseable {
  static final Duration KEEP_KEYS = Duration.ofHours(24);

  private static final Logger LOG = LoggerFactory.getLogger(Book.class);
  private static final int SCAN_ROWS = 10_000;

  /**
   * What a call gets.
   *
   * @param replay whether the key was known, and nothing was done this time
   */
  record Answer(Hold hold, ErrorReason refusal, boolean replay) {}

  /** What was answered under a key. */
  private record Given(String key, long fingerprint, Instant time, Decision decision) {}

  private final InstantSource clock;
  private final long maxEntries;
  private final List<Hold> holds = new ArrayList<>(); // by number
  private final Map<String, Long> numbers = new HashMap<>(); // by key, for good
  private final Map<String, List<Long>> earlier = new HashMap<>(); // of keys that were used again
  private final Map<String, Given> given = new HashMap<>(); // by key, for a day
  private final Deque<Given> givenByAge = new ArrayDeque<>();
  private final Journal journal;
  private Duration keepKeys = KEEP_KEYS;
  private String journalId = "";

  /**
   * Opens the record kept in a directory, or begins it there.
   *
   * @param maxEntries how many authorizations, and answers of the last day, are kept; when they are
   *     there, mutations are refused
   */
  Book(Path directory, long maxEntries, InstantSource clock) throws IOException {
    this.clock = clock;
    this.maxEntries = maxEntries;
    this.journal = Journal.open(directory, this::recall);
    if (journalId.isEmpty()) {
      begin();
    }
    LOG.info("{} authorizations in {}", holds.size(), directory);
  }

  private void begin() {
    journalId = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    var opening = JournalRecord.Opening.newBuilder().setJournalId(journalId);
    journal.append(JournalRecord.newBuilder().setOpening(opening).build()).await();
  }

  private void recall(JournalRecord record) {
    if (record.hasOpening()) {
      journalId = record.getOpening().getJournalId();
      return;
    }
    var mutation = record.getMutation();
    Hold hold = SimulatorProto.hold(mutation.getAuthorization());
    remember(
        new Given(
            mutation.getIdempotencyKey(),
            mutation.getFingerprint(),
            SimulatorProto.instant(mutation.getTime()),
            new Decision(hold, mutation.getRefusal())));
  }

  /**
   * Makes an authorization, unless the key has made one.
   *
   * @param make from the number and the time
   */
  Answer create(String key, long fingerprint, Maker make) {
    return decide(key, fingerprint, now -> Decision.allowed(make.hold(holds.size() + 1L, now)));
  }

  @FunctionalInterface
  interface Maker {
    Hold hold(long number, Instant now);
  }

  /** Changes an authorization, unless the key has done so. */
  Answer change(String key, long fingerprint, String id, Function<Hold, Decision> change) {
    return decide(key, fingerprint, now -> change.apply(known(id).at(now)));
  }

  private Answer decide(String key, long fingerprint, Function<Instant, Decision> decision) {
    Answer answer;
    Journal.Ticket ticket;
    synchronized (this) {
      Instant now = clock.instant();
      forget(now);
      Given before = given.get(key);
      if (before != null && before.time().plus(keepKeys).isAfter(now)) {
        requireSame(before, fingerprint);
        answer = new Answer(before.decision().hold(), before.decision().refusal(), true);
        ticket = journal.latest();
      } else {
        requireRoom();
        var decided = new Given(key, fingerprint, now, decision.apply(now));
        ticket = journal.append(record(decided));
        remember(decided);
        answer = new Answer(decided.decision().hold(), decided.decision().refusal(), false);
      }
    }
    ticket.await();
    return answer;
  }

  private void remember(Given latest) {
    Hold hold = latest.decision().hold();
    if (hold.number() > holds.size()) {
      holds.add(hold);
      Long before = numbers.put(hold.key(), hold.number());
      if (before != null) {
        earlier.computeIfAbsent(hold.key(), key -> new ArrayList<>()).add(before);
      }
    } else {
      holds.set(index(hold.number()), hold);
    }
    given.put(latest.key(), latest);
    givenByAge.add(latest);
  }

  private void forget(Instant now) {
    Given oldest = givenByAge.peek();
    while (oldest != null && oldest.time().plus(KEEP_KEYS).isBefore(now)) {
      given.remove(oldest.key(), oldest); // not a later answer under the same key
      givenByAge.remove();
      oldest = givenByAge.peek();
    }
  }

  private void requireRoom() {
    if (holds.size() >= maxEntries || givenByAge.size() >= maxEntries) {
      throw Failure.of(
          Status.Code.RESOURCE_EXHAUSTED,
          dev.emporion.common.v1.ErrorReason.ERROR_REASON_OVERLOADED,
          "the provider's record is full at " + maxEntries + " entries");
    }
  }

  private static void requireSame(Given before, long fingerprint) {
    if (before.fingerprint() != fingerprint) {
      throw Failure.of(
          Status.Code.ALREADY_EXISTS,
          ErrorReason.ERROR_REASON_KEY_REUSED,
          "the idempotency key was used before with other parameters");
    }
  }

  private JournalRecord record(Given given) {
    var mutation =
        JournalRecord.Mutation.newBuilder()
            .setTime(SimulatorProto.timestamp(given.time()))
            .setIdempotencyKey(given.key())
            .setFingerprint(given.fingerprint())
            .setRefusal(given.decision().refusal())
            .setAuthorization(SimulatorProto.authorization(journalId, given.decision().hold()));
    return JournalRecord.newBuilder().setMutation(mutation).build();
  }

  /** By the provider's id. */
  Hold byId(String id) {
    return read(now -> known(id).at(now));
  }

  /** By the key that made it; its latest, if the key was forgotten and made another. */
  Hold byKey(String key) {
    return read(
        now -> {
          Long number = numbers.get(key);
          if (number == null) {
            throw notFound();
          }
          return holds.get(index(number)).at(now);
        });
  }

  /** All that these keys made, in the order of the keys. */
  List<Hold> byKeys(List<String> keys) {
    return read(
        now -> keys.stream().flatMap(this::numbers).map(n -> holds.get(index(n)).at(now)).toList());
  }

  private Stream<Long> numbers(String key) {
    Long latest = numbers.get(key);
    return latest == null
        ? Stream.empty()
        : Stream.concat(earlier.getOrDefault(key, List.of()).stream(), Stream.of(latest));
  }

  /**
   * Those after a number, oldest first. The lock is let go now and then, however far it is.
   *
   * @param reference empty for all
   */
  List<Hold> list(long after, String reference, int limit) {
    var found = new ArrayList<Hold>();
    long from = after;
    List<Hold> rows = rows(from);
    while (!rows.isEmpty() && found.size() < limit) {
      rows.stream()
          .filter(hold -> reference.isEmpty() || hold.reference().equals(reference))
          .limit(limit - found.size())
          .forEach(found::add);
      from += rows.size();
      rows = rows(from);
    }
    return found;
  }

  private List<Hold> rows(long from) {
    return read(
        now -> {
          int start = (int) Math.min(from, holds.size());
          int end = Math.min(start + SCAN_ROWS, holds.size());
          return holds.subList(start, end).stream().map(hold -> hold.at(now)).toList();
        });
  }

  private <T> T read(Function<Instant, T> reader) {
    T result;
    Journal.Ticket ticket;
    synchronized (this) {
      result = reader.apply(clock.instant());
      ticket = journal.latest();
    }
    ticket.await();
    return result;
  }

  private Hold known(String id) {
    long number = SimulatorProto.number(journalId, id);
    if (number < 1 || number > holds.size()) {
      throw notFound();
    }
    return holds.get(index(number));
  }

  private static int index(long number) {
    return Math.toIntExact(number - 1);
  }

  private static Failure notFound() {
    return Failure.of(
        Status.Code.NOT_FOUND,
        ErrorReason.ERROR_REASON_AUTHORIZATION_NOT_FOUND,
        "no such authorization");
  }

  /** How long the same key gets the same answer, a day at most. */
  synchronized void keepKeys(Duration age) {
    keepKeys = age;
  }

  /** Part of every id that this record gives out. */
  String journalId() {
    return journalId;
  }

  @Override
  public void close() {
    journal.close();
  }
}
