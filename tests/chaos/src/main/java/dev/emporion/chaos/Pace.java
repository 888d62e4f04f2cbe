package dev.emporion.chaos;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps orders and faults in step, so that neither has the run for itself: the first half of the
 * orders sees the first half of the faults.
 */
final class Pace {
  /** How many faults the orders may be ahead of those that are over. */
  private static final int AHEAD = 3;

  private static final long LOOK_SECONDS = 1;

  private final int orders;
  private final int faults;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private int ordersBegun;
  private int faultsBegun;
  private int faultsOver;

  Pace(int orders, int faults) {
    this.orders = orders;
    this.faults = faults;
  }

  /** Waits for its turn; the number of the next wish, or -1 when there is none left. */
  int nextOrder() throws InterruptedException {
    lock.lock();
    try {
      while (ordersBegun < orders && isAhead()) {
        moved.await(LOOK_SECONDS, TimeUnit.SECONDS);
      }
      moved.signalAll();
      return ordersBegun < orders ? ordersBegun++ : -1;
    } finally {
      lock.unlock();
    }
  }

  private boolean isAhead() {
    return faultsOver < faults
        && (long) ordersBegun * faults >= (long) (faultsOver + AHEAD) * orders;
  }

  /** Waits for its turn; the number of the next fault, or -1 when there is none left. */
  int nextFault() throws InterruptedException {
    lock.lock();
    try {
      while (faultsBegun < faults && (long) ordersBegun * faults < (long) faultsBegun * orders) {
        moved.await(LOOK_SECONDS, TimeUnit.SECONDS);
      }
      return faultsBegun < faults ? faultsBegun++ : -1;
    } finally {
      lock.unlock();
    }
  }

  void faultOver() {
    lock.lock();
    try {
      faultsOver++;
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  int ordersBegun() {
    lock.lock();
    try {
      return ordersBegun;
    } finally {
      lock.unlock();
    }
  }

  int faultsOver() {
    lock.lock();
    try {
      return faultsOver;
    } finally {
      lock.unlock();
    }
  }
}
