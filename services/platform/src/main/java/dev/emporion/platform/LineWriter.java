package dev.emporion.platform;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;

/**
 * Writes lines to a stream from a thread of its own. Nothing here takes a lock that those who log
 * would have to wait for, and one wake of the thread does for all lines of the next two
 * milliseconds, because a wake costs more than a line.
 *
 * <p>About {@value #MAX_WAITING} lines wait at most. When whoever reads the stream is slower than
 * that, a caller waits {@value #FULL_WAIT_MILLIS} ms for room and then loses its line; how many
 * were lost is said as soon as there is room again. An order goes before its log.
 */
final class LineWriter {
  static final int MAX_WAITING = 16_384;
  static final int FULL_WAIT_MILLIS = 20;

  private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long FLUSH_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final OutputStream out;
  private final LongFunction<byte[]> lostLine;
  private final Queue<byte[]> lines = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong lost = new AtomicLong();
  private final Thread thread = Thread.ofPlatform().daemon().name("log").unstarted(this::run);
  private volatile boolean asleep;

  /**
   * @param lostLine the line which says that so many were lost
   */
  LineWriter(OutputStream out, LongFunction<byte[]> lostLine) {
    this.out = out;
    this.lostLine = lostLine;
  }

  void start() {
    thread.start();
  }

  void put(byte[] line) {
    for (int millis = 0; waiting.get() >= MAX_WAITING; millis++) {
      if (millis == FULL_WAIT_MILLIS) {
        lost.incrementAndGet();
        return;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    waiting.incrementAndGet();
    lines.add(line);
    if (asleep) {
      LockSupport.unpark(thread);
    }
  }

  /** Waits until everything put so far is out, two seconds at most. */
  void flush() {
    long deadline = System.nanoTime() + FLUSH_NANOS;
    while (waiting.get() > 0 && System.nanoTime() < deadline) {
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private void run() {
    var batch = new ByteArrayOutputStream();
    while (true) {
      sleep();
      int count = 0;
      for (byte[] line = lines.poll(); line != null; line = lines.poll()) {
        batch.writeBytes(line);
        count++;
      }
      long gone = lost.getAndSet(0);
      if (gone > 0) {
        batch.writeBytes(lostLine.apply(gone));
      }
      try {
        batch.writeTo(out);
        out.flush();
      } catch (IOException e) {
        lost.addAndGet(count); // nobody reads any more: there is nowhere to say it
      }
      batch.reset();
      waiting.addAndGet(-count);
    }
  }

  /** Until there is a line, and a little longer for those that follow. */
  private void sleep() {
    asleep = true;
    while (lines.isEmpty()) {
      LockSupport.park(this);
    }
    asleep = false;
    LockSupport.parkNanos(GATHER_NANOS);
  }
}
