package dev.emporion.mesh.run;

import dev.emporion.mesh.model.Address;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Knows whether a program is ready. It tells us itself, on a stream that stays open, so a change
 * takes a millisecond and nothing is asked for meanwhile; and since a program that hangs says
 * nothing, it is asked as well, as seldom as its probes allow.
 */
final class HealthWatch implements AutoCloseable {
  /** What is to be done when something changes. */
  interface Listener {
    void changed();

    /** It has answered nothing for as long as its liveness probe allows. */
    void hung();
  }

  private static final long RETRY_MILLIS = 50;
  private static final int CONNECT_MILLIS = 1_000;

  /** One thread for all that is watched: it has next to nothing to do. */
  private static final ScheduledExecutorService TIMER =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().daemon().name("probes").unstarted(task));

  private static final EventLoopGroup EVENTS =
      new MultiThreadIoEventLoopGroup(
          1, Thread.ofPlatform().daemon().name("health").factory(), NioIoHandler.newFactory());

  private final Address address;
  private final PodTemplate.Probes probes;
  private final Listener listener;
  private final ManagedChannel channel;
  private final HealthGrpc.HealthStub health;
  private final HealthCheckRequest request;
  private final ScheduledFuture<?> probing;

  private boolean closed;
  private boolean watching;
  private boolean serving;
  private boolean known;
  private int missed;
  private long answeredNanos;

  HealthWatch(Address address, PodTemplate.Probes probes, Listener listener) {
    this.address = address;
    this.probes = probes;
    this.listener = listener;
    this.channel =
        NettyChannelBuilder.forTarget("dns:///" + address)
            .usePlaintext()
            .channelType(NioSocketChannel.class, InetSocketAddress.class)
            .eventLoopGroup(EVENTS)
            .directExecutor()
            .build();
    this.health = HealthGrpc.newStub(channel);
    this.request = HealthCheckRequest.newBuilder().setService(probes.service()).build();
    this.answeredNanos = System.nanoTime();
    long every = probes.ready().every().toMillis();
    this.probing = TIMER.scheduleWithFixedDelay(this::probe, every, every, TimeUnit.MILLISECONDS);
    TIMER.execute(this::watch);
  }

  /** Whether it says that it serves, and answers when asked. */
  synchronized boolean isServing() {
    return serving && missed < probes.ready().failures();
  }

  /** Whether it has said anything yet, or is known not to be there. */
  synchronized boolean isKnown() {
    return known;
  }

  /**
   * A program that has just started gets the time that its start may take. One that was taken over
   * may have said that it is ready before we hear of its process, and will not say so again.
   */
  synchronized void started() {
    answeredNanos = System.nanoTime();
    missed = 0;
  }

  synchronized void ended() {
    serving = false;
  }

  private void watch() {
    if (isClosed()) {
      return;
    }
    if (!isListening()) {
      said(false);
      TIMER.schedule(this::watch, RETRY_MILLIS, TimeUnit.MILLISECONDS);
      return;
    }
    synchronized (this) {
      watching = true;
    }
    channel.resetConnectBackoff();
    health.watch(request, new Watching());
  }

  private boolean isListening() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address.host(), address.port()), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private final class Watching implements StreamObserver<HealthCheckResponse> {
    @Override
    public void onNext(HealthCheckResponse response) {
      answered();
      said(response.getStatus() == ServingStatus.SERVING);
    }

    @Override
    public void onError(Throwable failure) {
      onCompleted();
    }

    @Override
    public void onCompleted() {
      synchronized (HealthWatch.this) {
        watching = false;
      }
      said(false);
      TIMER.schedule(HealthWatch.this::watch, RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void said(boolean now) {
    boolean changed;
    synchronized (this) {
      changed = serving != now || !known;
      serving = now;
      known = true;
    }
    if (changed && !isClosed()) {
      listener.changed();
    }
  }

  /** Returns whether it had been silent for so long that it was out of balancing. */
  private synchronized boolean answered() {
    boolean back = missed >= probes.ready().failures();
    missed = 0;
    answeredNanos = System.nanoTime();
    return back;
  }

  private void probe() {
    boolean ask;
    synchronized (this) {
      ask = watching && !closed;
    }
    if (!ask) {
      // The watch looks for it all the time.
      checkHung();
      return;
    }
    health
        .withDeadlineAfter(probes.ready().timeout().toMillis(), TimeUnit.MILLISECONDS)
        .check(request, new Answer());
  }

  private final class Answer implements StreamObserver<HealthCheckResponse> {
    @Override
    public void onNext(HealthCheckResponse response) {
      if (answered()) {
        listener.changed();
      }
    }

    @Override
    public void onError(Throwable failure) {
      boolean out;
      synchronized (HealthWatch.this) {
        missed++;
        out = missed == probes.ready().failures();
      }
      if (out) {
        listener.changed();
      }
      checkHung();
    }

    @Override
    public void onCompleted() {}
  }

  private void checkHung() {
    synchronized (this) {
      Duration silent = Duration.ofNanos(System.nanoTime() - answeredNanos);
      if (closed || silent.compareTo(probes.live()) < 0) {
        return;
      }
      answeredNanos = System.nanoTime();
    }
    listener.hung();
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    probing.cancel(false);
    channel.shutdownNow();
  }
}
