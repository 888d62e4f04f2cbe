package dev.emporion.platform;

import dev.emporion.common.v1.ErrorReason;
import dev.emporion.platform.Saga.Failpoint;
import io.grpc.Context;
import io.grpc.Status;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jdbi.v3.core.statement.SqlStatement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Runs sagas to their end, this instance's own and those of instances that fell silent.
 *
 * <p>A saga begins as a row of {@code sagas} that the caller inserts with its own statement, under
 * a {@link #newLease lease} of this instance. It then runs on a thread of its own, outside of any
 * caller's context: a caller who leaves cancels nothing. The statement that saves its end deletes
 * the row. Whatever happens in between, some instance goes on when the lease ends.
 */
public final class SagaRunner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SagaRunner.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final int TAKE_OVER_BATCH = 100;
  private static final long MIN_PAUSE_MILLIS = 50;
  private static final long MAX_PAUSE_MILLIS = 5000;

  /** Waits before the next try; a test does not. */
  @FunctionalInterface
  interface Pause {
    void millis(long millis) throws InterruptedException;
  }

  /** The instance is stopping; another one goes on. */
  private static final class Stopping extends RuntimeException {
    private static final long serialVersionUID = 1;

    Stopping() {
      super("stopping", null, false, false);
    }
  }

  private final SagaConfig config;
  private final Caller caller;
  private final Map<String, Saga<?>> sagas = new LinkedHashMap<>();
  private final SagaStore store;
  private final Pause pause;
  private final Failpoint failpoint;
  private final ConcurrentHashMap<Lease, SagaRun<?>> running = new ConcurrentHashMap<>();
  private final Set<Lease> left = ConcurrentHashMap.newKeySet();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private Ticker scan;
  private Ticker renewal;

  /**
   * @param caller as whom the steps call other services
   * @param sagas every kind that this service has
   */
  public SagaRunner(Database database, SagaConfig config, Caller caller, List<Saga<?>> sagas) {
    this(database, config, caller, sagas, null, Failpoint.NONE);
  }

  SagaRunner(
      Database database,
      SagaConfig config,
      Caller caller,
      List<Saga<?>> sagas,
      Pause pause,
      Failpoint failpoint) {
    this.config = config;
    this.caller = caller;
    this.pause = pause == null ? this::pauseUnlessStopping : pause;
    this.failpoint = failpoint;
    // A name of its own for each life of an instance: nobody inherits a lease by chance.
    this.store = new SagaStore(database, Ids.newId().toString(), config.leaseSeconds());
    sagas.forEach(saga -> this.sagas.put(saga.kind(), saga));
  }

  /** Begins to take over what others left, and to renew what takes long. */
  public void start() {
    scan = Ticker.start("saga take-over", Duration.ofMillis(config.scanMillis()), this::takeOver);
    renewal = Ticker.start("saga renewal", Duration.ofMillis(thirdOfLeaseMillis()), this::renew);
  }

  /**
   * Refuses new work when this instance has as many sagas as it may have. To be asked before
   * anything is written.
   *
   * @throws Failure RESOURCE_EXHAUSTED / OVERLOADED
   */
  public void requireCapacity() {
    if (running.size() >= config.maxRunning()) {
      throw Failure.of(
              Status.Code.RESOURCE_EXHAUSTED,
              ErrorReason.ERROR_REASON_OVERLOADED,
              "too much work under way; repeat with the same request_id")
          .retryAfter(RETRY_AFTER);
    }
  }

  /** A lease for a new saga; it counts once the row is inserted. */
  public Lease newLease(UUID subject, String kind) {
    if (!sagas.containsKey(kind)) {
      throw new IllegalArgumentException("no saga " + kind);
    }
    return new Lease(subject, kind, ThreadLocalRandom.current().nextInt(1, 1 << 30));
  }

  /**
   * Binds what a new row of {@code sagas} takes: :subject, :kind, :epoch, :owner and
   * :lease_seconds, for {@code lease_until = now() + make_interval(secs => :lease_seconds)}.
   */
  public <T extends SqlStatement<T>> T bind(T statement, Lease lease) {
    return store.bindOwner(lease.bind(statement)).bind("kind", lease.kind());
  }

  /** Binds :owner and :lease_seconds alone, for a statement that inserts many rows. */
  public <T extends SqlStatement<T>> T bindOwner(T statement) {
    return store.bindOwner(statement);
  }

  /**
   * Runs a saga whose row was just inserted.
   *
   * @param state what its steps work on, as just saved
   * @return what the end saved; fails with {@link Lease.LostLease} when another instance went on,
   *     with {@link Saga.Parked} when it waits for an operator
   */
  public <S> CompletableFuture<S> start(Saga<S> saga, Lease lease, S state) {
    return start(new SagaRun<>(this, saga, lease, false), state, null);
  }

  private <S> CompletableFuture<S> start(SagaRun<S> run, S state, byte[] refusal) {
    running.put(run.lease(), run);
    Span span = Span.current(); // the parent of what JDBC's instrumentation sees
    Context context = Context.ROOT.withValues(Caller.KEY, caller, Trace.KEY, Trace.current());
    Thread.startVirtualThread(
        context.wrap(
            () -> {
              try (Scope _ = span.makeCurrent();
                  var _ =
                      MDC.putCloseable("saga", run.lease().kind() + "/" + run.lease().subject())) {
                end(run, run.run(state, refusal));
              } catch (Throwable e) {
                leave(run, e);
              }
            }));
    return run.end();
  }

  private <S> void end(SagaRun<S> run, S saved) {
    running.remove(run.lease());
    run.end().complete(saved);
  }

  private void leave(SagaRun<?> run, Throwable why) {
    switch (why) {
      case Lease.LostLease e -> LOG.info("{}", e.getMessage());
      case Saga.Parked _ -> {} // said where it was parked
      case Stopping _ -> left.add(run.lease());
      default -> LOG.error("{} is left until its lease ends", run.lease(), why);
    }
    running.remove(run.lease());
    run.end().completeExceptionally(why);
  }

  /** Takes over what is due, as far as there is room. */
  int takeOver() {
    int room = Math.min(TAKE_OVER_BATCH, config.maxRunning() - running.size());
    if (room <= 0 || stopping.getCount() == 0) {
      return 0;
    }
    List<SagaStore.Taken> due = store.takeOver(sagas.keySet(), room);
    for (SagaStore.Taken taken : due) {
      LOG.info("took over {}", taken.lease());
      Saga<?> saga = sagas.get(taken.lease().kind());
      start(new SagaRun<>(this, saga, taken.lease(), taken.committed()), null, taken.refusal());
    }
    return due.size();
  }

  /** Renews, in one statement, the leases of all sagas that are not just a moment old. */
  void renew() {
    long now = System.nanoTime();
    long young = TimeUnit.MILLISECONDS.toNanos(thirdOfLeaseMillis()) / 2;
    List<SagaRun<?>> old =
        running.values().stream().filter(run -> now - run.startedNanos > young).toList();
    if (old.isEmpty()) {
      return;
    }
    var held = new HashSet<>(store.renew(old.stream().map(SagaRun::lease).toList()));
    for (SagaRun<?> run : old) {
      if (!held.contains(run.lease())) {
        run.lose();
      }
    }
  }

  private long thirdOfLeaseMillis() {
    return TimeUnit.SECONDS.toMillis(config.leaseSeconds()) / 3;
  }

  /**
   * Doubles with each try up to a bound; half of it by chance, so that sagas do not march in step.
   */
  void pause(int number) {
    long limit = Math.min(MAX_PAUSE_MILLIS, MIN_PAUSE_MILLIS << Math.min(number, 10));
    try {
      pause.millis(ThreadLocalRandom.current().nextLong(limit / 2, limit));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Stopping();
    }
  }

  private void pauseUnlessStopping(long millis) throws InterruptedException {
    if (stopping.await(millis, TimeUnit.MILLISECONDS)) {
      throw new Stopping();
    }
  }

  SagaConfig config() {
    return config;
  }

  SagaStore store() {
    return store;
  }

  Failpoint failpoint() {
    return failpoint;
  }

  /** Whether a saga still runs here although somebody else has it. */
  boolean isLost(UUID subject) {
    return running.values().stream()
        .anyMatch(run -> run.lease().subject().equals(subject) && run.isLost());
  }

  /** How many sagas run in this instance. */
  public int running() {
    return running.size();
  }

  /**
   * Takes nothing more, lets what runs end for a bounded time (what waits for its next try does not
   * wait), and gives the rest back, so that another instance goes on at once.
   */
  @Override
  public void close() {
    stopping.countDown();
    if (scan != null) {
      scan.close();
      renewal.close();
    }
    awaitEnds();
    running.forEach(
        (lease, run) -> {
          run.lose();
          left.add(lease);
        });
    if (!left.isEmpty()) {
      LOG.info("{} sagas are left to other instances", left.size());
      store.release(left);
    }
  }

  private void awaitEnds() {
    var ends = running.values().stream().map(SagaRun::end).toArray(CompletableFuture[]::new);
    try {
      CompletableFuture.allOf(ends)
          .exceptionally(e -> null)
          .get(config.drainSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // What has not ended is given back.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
