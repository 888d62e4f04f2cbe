package dev.emporion.simulator;

import dev.emporion.common.v1.ErrorReason;
import dev.emporion.platform.Failure;
import dev.emporion.simulator.v1.JournalRecord;
import io.grpc.Status;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An append-only file of records, each {@code length, CRC32C, bytes}, that survives the death of
 * the process at any instruction.
 *
 * <p>Records that come while the disk is busy are written together and share one {@code force()}:
 * many callers cost hardly more than one. There is no thread of its own: whoever finds the disk
 * idle writes. After a failed write nothing is known about the file any more, so nothing more is
 * written.
 */
final class Journal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final String FILE = "journal";
  private static final int MAX_RECORD_BYTES = 64 * 1024;
  private static final int HEADER_BYTES = 8;

  private final FileChannel channel;
  private Batch open = new Batch();
  private Batch writing = Batch.written();
  private boolean busy;
  private volatile boolean failed;

  private Journal(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Reads all records, cuts off what a dying process left half written, and is ready for more.
   *
   * @throws Failure if another process has it open
   */
  static Journal open(Path directory, Consumer<JournalRecord> reader) throws IOException {
    Files.createDirectories(directory);
    Path file = directory.resolve(FILE);
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    lock(channel, file);
    long end = readAll(file, reader);
    if (end < channel.size()) {
      LOG.warn("cut {} half-written bytes off {} at {}", channel.size() - end, file, end);
      channel.truncate(end);
      channel.force(true);
    }
    channel.position(end);
    return new Journal(channel);
  }

  private static void lock(FileChannel channel, Path file) throws IOException {
    try {
      if (channel.tryLock() != null) {
        return;
      }
    } catch (OverlappingFileLockException e) {
      LOG.debug("this very process has it open", e);
    }
    channel.close();
    throw Failure.of(
        Status.Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_INVALID_VALUE,
        file + " is in use by another process; stop it or set SIMULATOR_DATA_DIR");
  }

  /** Where the last whole record ends. */
  private static long readAll(Path file, Consumer<JournalRecord> reader) throws IOException {
    long end = 0;
    try (InputStream stream = new BufferedInputStream(Files.newInputStream(file), 1 << 20)) {
      var in = new DataInputStream(stream);
      for (byte[] bytes = read(in); bytes != null; bytes = read(in)) {
        reader.accept(JournalRecord.parseFrom(bytes));
        end += HEADER_BYTES + bytes.length;
      }
    }
    return end;
  }

  /** Null at the end, and where what follows is not a whole record. */
  private static byte[] read(DataInputStream in) throws IOException {
    try {
      int length = in.readInt();
      int crc = in.readInt();
      if (length < 1 || length > MAX_RECORD_BYTES) {
        return null;
      }
      byte[] bytes = new byte[length];
      in.readFully(bytes);
      return crc == crc(bytes) ? bytes : null;
    } catch (EOFException e) {
      return null;
    }
  }

  /**
   * Takes a record into the file's order. It is on disk when the ticket has been awaited, which is
   * the caller's to do: it may have to write.
   */
  synchronized Ticket append(JournalRecord record) {
    requireIntact();
    open.add(record.toByteArray());
    if (busy) {
      return new Ticket(open, false);
    }
    busy = true;
    return new Ticket(takeOpen(), true);
  }

  /** Awaits everything that was appended so far. */
  synchronized Ticket latest() {
    requireIntact();
    return new Ticket(open.isEmpty() ? writing : open, false);
  }

  private Batch takeOpen() {
    writing = open;
    open = new Batch();
    return writing;
  }

  /** Writes a batch, then has what came meanwhile written by another thread. */
  private void write(Batch batch) {
    try {
      batch.writeTo(channel);
      channel.force(false);
    } catch (IOException | RuntimeException e) {
      LOG.error("the journal cannot be written; nothing is answered until a new start", e);
      failed = true;
    }
    batch.done.countDown();
    synchronized (this) {
      busy = !open.isEmpty();
      if (busy) {
        Batch next = takeOpen();
        Thread.ofVirtual().name("journal").start(() -> write(next));
      }
    }
  }

  private void requireIntact() {
    if (failed) {
      throw Failure.of(
          Status.Code.UNAVAILABLE,
          dev.emporion.simulator.v1.ErrorReason.ERROR_REASON_JOURNAL_FAILED,
          "the provider cannot write its journal");
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int crc(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  /** A place in the file's order. */
  final class Ticket {
    private final Batch batch;
    private final boolean writes;

    private Ticket(Batch batch, boolean writes) {
      this.batch = batch;
      this.writes = writes;
    }

    /** Returns when the record is on disk. */
    void await() {
      if (writes) {
        write(batch);
      }
      try {
        batch.done.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw Status.CANCELLED.withCause(e).asRuntimeException();
      }
      requireIntact();
    }
  }

  /** Records that share one write. */
  private static final class Batch {
    private final CountDownLatch done = new CountDownLatch(1);
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    static Batch written() {
      var batch = new Batch();
      batch.done.countDown();
      return batch;
    }

    boolean isEmpty() {
      return bytes.size() == 0;
    }

    void add(byte[] record) {
      var out = new DataOutputStream(bytes);
      try {
        out.writeInt(record.length);
        out.writeInt(crc(record));
        out.write(record);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void writeTo(FileChannel channel) throws IOException {
      ByteBuffer buffer = ByteBuffer.wrap(bytes.toByteArray());
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    }
  }
}
