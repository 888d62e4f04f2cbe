package dev.emporion.tests.crash;

import dev.emporion.tests.crash.Boundary.Moment;
import dev.emporion.tests.crash.Boundary.Way;
import io.grpc.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A process of a service, as far as others can tell: it works, it is gone, or it stands still.
 * Threads of one that is gone end at their next statement or call; those of one that stands still
 * wait there.
 */
final class Instance {
  private static final Duration REST = Duration.ofSeconds(1);
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** The process is gone. */
  static final class Died extends Error {
    private static final long serialVersionUID = 1;

    Died() {
      super("the process died", null, false, false);
    }
  }

  private enum State {
    WORKS,
    GONE,
    STANDS_STILL
  }

  final String service;
  private final Faults faults; // null: never disturbed, its boundaries are nobody's
  private final Set<WatchedCalls.Watched<?, ?>> served = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition woken = lock.newCondition();
  private final Condition fellSilent = lock.newCondition();
  private final List<Thread> standing = new ArrayList<>();
  private final Set<WatchedCalls.Watched<?, ?>> unheard = ConcurrentHashMap.newKeySet();
  private State state = State.WORKS;
  private Runnable silence = () -> {};
  private Channel channel;
  private Instance first;

  Instance(String service, Faults faults) {
    this.service = service;
    this.faults = faults;
  }

  /** What to do when it falls silent, before anybody can notice. */
  void onSilence(Runnable what) {
    silence = what;
  }

  /** What it does by itself, it does only while the other one does not work; null: always. */
  void standsInFor(Instance other) {
    first = other;
  }

  /** Waits a while for the other one to fall silent; returns whether it still works. */
  boolean rests() {
    return first != null && first.staysAtWork();
  }

  private boolean staysAtWork() {
    lock.lock();
    try {
      if (state == State.WORKS) {
        fellSilent.await(REST.toNanos(), TimeUnit.NANOSECONDS);
      }
      return state == State.WORKS;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Where it answers. */
  void answersAt(Channel where) {
    channel = where;
  }

  Channel channel() {
    return channel;
  }

  /** Calls that it has not answered yet. */
  Set<WatchedCalls.Watched<?, ?>> served() {
    return served;
  }

  /** Answers that came to a process that is gone: the threads that wait for them wait on. */
  Set<WatchedCalls.Watched<?, ?>> unheard() {
    return unheard;
  }

  /** The process is gone for good: every thread ends. */
  void bury() {
    fallSilent(State.GONE);
    unheard.forEach(WatchedCalls.Watched::release);
  }

  boolean works() {
    lock.lock();
    try {
      return state == State.WORKS;
    } finally {
      lock.unlock();
    }
  }

  /** Passes if it works, waits while it stands still, ends the thread if it is gone. */
  void pass() {
    lock.lock();
    try {
      while (state == State.STANDS_STILL) {
        standing.add(Thread.currentThread());
        woken.awaitUninterruptibly();
      }
      if (state == State.GONE) {
        throw new Died();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Begins to pass a boundary; 0 if nobody watches. */
  int enter(String where) {
    return faults == null ? 0 : faults.enter(where);
  }

  /**
   * What happens at this moment. Where the process stands still, returns after it was woken.
   *
   * @return whether the request or the answer is lost
   * @throws Died the process is gone
   */
  boolean isLost(String where, int occurrence, Moment moment) {
    Way way = faults == null ? null : faults.at(where, occurrence, moment);
    switch (way) {
      case null -> {
        return false;
      }
      case ANSWER_LOST -> {
        return true;
      }
      case DIES -> {
        fallSilent(State.GONE);
        throw new Died();
      }
      case PAUSES -> {
        fallSilent(State.STANDS_STILL);
        pass();
        return false;
      }
    }
  }

  private void fallSilent(State how) {
    lock.lock();
    try {
      state = how;
      fellSilent.signalAll();
    } finally {
      lock.unlock();
    }
    silence.run();
    served.forEach(WatchedCalls.Watched::giveUp);
  }

  /**
   * Works again: what stood still goes on. Returns when the threads that stood still have ended.
   */
  void wake() {
    List<Thread> woke;
    lock.lock();
    try {
      state = State.WORKS;
      woke = List.copyOf(standing);
      standing.clear();
      woken.signalAll();
    } finally {
      lock.unlock();
    }
    for (Thread thread : woke) {
      if (thread.isVirtual() && !WatchedStatements.isTicker(thread)) { // others never end
        join(thread);
      }
    }
  }

  private void join(Thread thread) {
    try {
      if (!thread.join(LIMIT)) {
        throw new IllegalStateException(service + ": a thread woke and goes on for " + LIMIT);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
