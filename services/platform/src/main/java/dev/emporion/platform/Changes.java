package dev.emporion.platform;

import dev.emporion.common.v1.ErrorReason;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tells those who wait for a row that it changed. Whoever changes it in this process says so; for
 * what other instances change, one statement asks for the versions of all rows that somebody waits
 * for. A waiter holds a thread (a virtual one) and no connection.
 *
 * <p>Versions make it safe: a waiter names the version that it has seen, so a change between its
 * look and its wait is not lost.
 */
public final class Changes implements AutoCloseable {
  /** The versions of those of these rows that exist, in one statement. */
  @FunctionalInterface
  public interface Versions {
    Map<UUID, Integer> of(Collection<UUID> ids);
  }

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final int maxSubscriptions;
  private final Duration poll;
  private final Versions versions;
  private final ConcurrentHashMap<UUID, Topic> topics = new ConcurrentHashMap<>();
  private final AtomicInteger subscriptions = new AtomicInteger();
  private Ticker ticker;

  /**
   * @param poll how late a change by another instance may be seen
   */
  public Changes(int maxSubscriptions, Duration poll, Versions versions) {
    this.maxSubscriptions = maxSubscriptions;
    this.poll = poll;
    this.versions = versions;
  }

  /** Begins to look for what other instances change. */
  public void start() {
    ticker = Ticker.start("changes", poll, this::poll);
  }

  /**
   * Begins to hear of a row.
   *
   * @throws Failure RESOURCE_EXHAUSTED / OVERLOADED when too many wait already
   */
  public Subscription subscribe(UUID id) {
    if (subscriptions.incrementAndGet() > maxSubscriptions) {
      subscriptions.decrementAndGet();
      throw Failure.of(
              Status.Code.RESOURCE_EXHAUSTED,
              ErrorReason.ERROR_REASON_OVERLOADED,
              "too many callers wait for changes")
          .retryAfter(RETRY_AFTER);
    }
    Topic topic =
        topics.compute(
            id,
            (key, known) -> {
              Topic one = known == null ? new Topic() : known;
              one.subscribers++;
              return one;
            });
    return new Subscription(id, topic);
  }

  /** Says that a row now has this version. Cheap when nobody listens. */
  public void publish(UUID id, int version) {
    Topic topic = topics.get(id);
    if (topic != null) {
      topic.advance(version);
    }
  }

  /**
   * Asks for what has been waited for during a whole round: most waits end by a change in this very
   * process before that and cost no statement.
   */
  void poll() {
    List<UUID> ids = new ArrayList<>();
    topics.forEach(
        (id, topic) -> {
          if (topic.seenByPoll) {
            ids.add(id);
          }
          topic.seenByPoll = true;
        });
    if (!ids.isEmpty()) {
      versions.of(ids).forEach(this::publish);
    }
  }

  @Override
  public void close() {
    if (ticker != null) {
      ticker.close();
    }
    topics.values().forEach(Topic::close);
  }

  /** One row that somebody waits for. */
  private static final class Topic {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int version = Integer.MIN_VALUE;
    private boolean closed;

    /** Guarded by the map's entry. */
    int subscribers;

    volatile boolean seenByPoll;

    void advance(int to) {
      lock.lock();
      try {
        if (to > version) {
          version = to;
          changed.signalAll();
        }
      } finally {
        lock.unlock();
      }
    }

    void close() {
      lock.lock();
      try {
        closed = true;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Somebody's interest in a row, until it is closed. */
  public final class Subscription implements AutoCloseable {
    private final UUID id;
    private final Topic topic;
    private boolean ended; // guarded by the topic's lock

    private Subscription(UUID id, Topic topic) {
      this.id = id;
      this.topic = topic;
    }

    /**
     * Waits until the row is known to have a version above {@code seen}.
     *
     * @return false when the time is over, or this subscription or all of them are closed
     */
    public boolean await(int seen, Duration limit) throws InterruptedException {
      long left = limit.toNanos();
      topic.lock.lockInterruptibly();
      try {
        while (topic.version <= seen) {
          if (ended || topic.closed || left <= 0) {
            return false;
          }
          left = topic.changed.awaitNanos(left);
        }
        return true;
      } finally {
        topic.lock.unlock();
      }
    }

    /** Ends the interest, and a wait of another thread on it. */
    @Override
    public void close() {
      topic.lock.lock();
      try {
        if (ended) {
          return;
        }
        ended = true;
        topic.changed.signalAll();
      } finally {
        topic.lock.unlock();
      }
      subscriptions.decrementAndGet();
      topics.computeIfPresent(id, (key, known) -> --known.subscribers == 0 ? null : known);
    }
  }
}
