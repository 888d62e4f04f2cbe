package dev.emporion.platform;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.slf4j.event.KeyValuePair;

/**
 * Writes log events to standard output, one JSON object a line. The line is made by the thread that
 * logs, which knows its trace, its order and its MDC; {@link LineWriter} takes it from there.
 */
final class JsonLines extends UnsynchronizedAppenderBase<ILoggingEvent> {
  /** Enough for the causes of anything but a recursion without end. */
  private static final int MAX_ERROR_LENGTH = 16_384;

  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.").withZone(ZoneOffset.UTC);

  private record Second(long epochSecond, String text) {}

  private static final LineWriter OUT = new LineWriter(System.out, JsonLines::lost);
  private static volatile Second second = new Second(0, "");

  @Override
  public void start() {
    OUT.start();
    super.start();
  }

  @Override
  protected void append(ILoggingEvent event) {
    OUT.put(line(event));
  }

  /** Waits until everything logged so far is out, two seconds at most. */
  static void flush() {
    OUT.flush();
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
