package dev.emporion.platform;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.event.KeyValuePair;

/**
 * Writes log events to standard output, one JSON object a line, from a thread of its own. The line
 * is made by the thread that logs, which knows its trace, its order and its MDC.
 *
 * <p>At most {@value #QUEUE_LINES} lines wait. When whoever reads our output is slower than that, a
 * caller waits {@value #FULL_WAIT_MILLIS} ms for room and then loses its line; how many were lost
 * is logged as soon as there is room again. An order goes before its log.
 */
final class JsonLines extends UnsynchronizedAppenderBase<ILoggingEvent> {
  static final int QUEUE_LINES = 16_384;
  static final int FULL_WAIT_MILLIS = 20;

  /** Enough for the causes of anything but a recursion without end. */
  private static final int MAX_ERROR_LENGTH = 16_384;

  /** To wake a thread costs more than to make a line, so that one wake has to do for many. */
  private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private static final long FLUSH_MILLIS = 2_000;
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.").withZone(ZoneOffset.UTC);

  private record Second(long epochSecond, String text) {}

  private static final BlockingQueue<byte[]> QUEUE = new ArrayBlockingQueue<>(QUEUE_LINES);
  private static final AtomicLong LOST = new AtomicLong();
  private static final LongAdder TAKEN = new LongAdder();
  private static final AtomicLong WRITTEN = new AtomicLong();
  private static volatile Second second = new Second(0, "");

  @Override
  public void start() {
    Thread.ofPlatform().daemon().name("log").start(() -> write(System.out));
    super.start();
  }

  @Override
  protected void append(ILoggingEvent event) {
    put(line(event));
  }

  /** Waits until everything logged so far is out, two seconds at most. */
  static void flush() {
    long goal = TAKEN.sum();
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(FLUSH_MILLIS);
    while (WRITTEN.get() < goal && System.nanoTime() < deadline) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  private static void put(byte[] line) {
    try {
      if (QUEUE.offer(line) || QUEUE.offer(line, FULL_WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
        TAKEN.increment();
      } else {
        LOST.incrementAndGet();
      }
    } catch (InterruptedException e) {
      LOST.incrementAndGet();
      Thread.currentThread().interrupt();
    }
  }

  private static void write(PrintStream out) {
    var lines = new ArrayList<byte[]>();
    var batch = new ByteArrayOutputStream();
    try {
      while (true) {
        lines.add(QUEUE.take());
        LockSupport.parkNanos(GATHER_NANOS);
        QUEUE.drainTo(lines);
        lines.forEach(batch::writeBytes);
        long lost = LOST.getAndSet(0);
        if (lost > 0) {
          batch.writeBytes(lost(lost));
        }
        batch.writeTo(out);
        out.flush();
        batch.reset();
        WRITTEN.addAndGet(lines.size());
        lines.clear();
      }
    } catch (InterruptedException | IOException e) {
      return; // nobody interrupts it, and a PrintStream does not throw
    }
  }

  private static byte[] lost(long lines) {
    var json = new JsonLine(timestamp(System.currentTimeMillis()));
    json.field("level", "WARN");
    json.field("message", "log lines were lost: the reader of our output is too slow");
    json.field("lines", lines);
    return json.end();
  }

  /** The line as UTF-8, its end included. */
  static byte[] line(ILoggingEvent event) {
    var json = new JsonLine(timestamp(event.getTimeStamp()));
    json.field("level", event.getLevel().toString());
    json.field("logger", event.getLoggerName());
    json.field("message", event.getFormattedMessage());
    if (event.getKeyValuePairs() != null) {
      for (KeyValuePair pair : event.getKeyValuePairs()) {
        json.field(pair.key, pair.value);
      }
    }
    Log.forEachField(json::field);
    Trace trace = Trace.current();
    if (trace.exists()) {
      json.field("trace_id", trace.traceId());
      json.field("span_id", trace.spanId());
    }
    event.getMDCPropertyMap().forEach(json::field);
    if (event.getThrowableProxy() != null) {
      String error = ThrowableProxyUtil.asString(event.getThrowableProxy());
      json.field("error", error.substring(0, Math.min(error.length(), MAX_ERROR_LENGTH)));
    }
    return json.end();
  }

  private static String timestamp(long millis) {
    long epochSecond = millis / 1000;
    Second known = second;
    if (known.epochSecond != epochSecond) {
      known = new Second(epochSecond, SECONDS.format(Instant.ofEpochSecond(epochSecond)));
      second = known;
    }
    long rest = millis % 1000;
    return known.text + (rest < 10 ? "00" : rest < 100 ? "0" : "") + rest + "Z";
  }
}
