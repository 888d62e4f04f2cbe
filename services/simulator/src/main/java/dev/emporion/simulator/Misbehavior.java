package dev.emporion.simulator;

import dev.emporion.platform.Failure;
import dev.emporion.simulator.v1.ErrorReason;
import dev.emporion.simulator.v1.SetBehaviorRequest;
import io.grpc.Status;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * How badly the provider behaves: what it was told for all calls, and what the payment token says
 * for one. None of it is luck: a share of 25 percent is every fourth call.
 */
final class Misbehavior {
  private static final Duration SLOW = Duration.ofSeconds(2);
  private static final int MAX_REMEMBERED_KEYS = 10_000;

  /** Waits; a test does not. */
  @FunctionalInterface
  interface Pause {
    void wait(Duration time) throws InterruptedException;
  }

  /** An exact part of the calls, spread evenly. */
  private record Share(int percent, AtomicLong calls) {
    static Share of(int percent) {
      return new Share(percent, new AtomicLong());
    }

    boolean hits() {
      long call = calls.getAndIncrement();
      return (call + 1) * percent / 100 > call * percent / 100;
    }
  }

  private record Plan(
      Duration delay,
      Share declined,
      Share timedOut,
      Share unavailable,
      Share doubled,
      boolean singleCapture,
      Duration holdFor) {}

  private final Pause pause;
  private final Set<String> turnedAway =
      Collections.synchronizedSet(
          Collections.newSetFromMap(
              new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                  return size() > MAX_REMEMBERED_KEYS;
                }
              }));
  private volatile Plan plan = plan(SetBehaviorRequest.getDefaultInstance());

  Misbehavior(Pause pause) {
    this.pause = pause;
  }

  void set(SetBehaviorRequest request) {
    plan = plan(request);
  }

  private static Plan plan(SetBehaviorRequest request) {
    return new Plan(
        SimulatorProto.duration(request.getDelay()),
        Share.of(request.getDeclinePercent()),
        Share.of(request.getTimeoutAfterChargePercent()),
        Share.of(request.getUnavailablePercent()),
        Share.of(request.getTwicePercent()),
        request.getSingleCapture(),
        request.hasHoldFor() ? SimulatorProto.duration(request.getHoldFor()) : Hold.HELD_FOR);
  }

  /** Before anything is done; this call may have to do nothing. */
  void before() {
    Plan now = plan;
    if (now.unavailable.hits()) {
      pause(now.delay);
      throw unavailable();
    }
  }

  /** Before an authorization. */
  void before(String token, String key) {
    before();
    if (token.equals("tok_unavailable_once") && turnedAway.add(key)) {
      throw unavailable();
    }
  }

  /** Why a new authorization is declined; empty if it is not. */
  String declineCode(String token) {
    return switch (token) {
      case "tok_declined" -> "card_declined";
      case "tok_insufficient_funds" -> "insufficient_funds";
      default -> plan.declined.hits() ? "card_declined" : "";
    };
  }

  /** Whether a first capture gives up the rest. */
  boolean singleCapture() {
    return plan.singleCapture;
  }

  /** How long what is authorized now is held. */
  Duration holdFor() {
    return plan.holdFor;
  }

  /**
   * Does it, and now and then again, as if the network had doubled the call; one answer is lost.
   */
  <T> T deliver(Supplier<T> mutation) {
    T first = mutation.get();
    if (plan.doubled.hits()) {
      mutation.get();
    }
    return first;
  }

  /** When all is done and on disk. */
  void after() {
    pause(plan.delay);
  }

  /**
   * When a mutation is done and on disk.
   *
   * @param effect whether this call made it, and none before under the same key
   */
  void after(String token, boolean effect) {
    after();
    if (!effect) {
      return;
    }
    if (token.equals("tok_slow")) {
      pause(SLOW);
    }
    if (token.equals("tok_timeout_after_charge") || plan.timedOut.hits()) {
      throw Failure.of(
          Status.Code.DEADLINE_EXCEEDED,
          ErrorReason.ERROR_REASON_MISBEHAVIOR,
          "the provider took too long");
    }
  }

  private void pause(Duration time) {
    if (time.isZero()) {
      return;
    }
    try {
      pause.wait(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Status.CANCELLED.withCause(e).asRuntimeException();
    }
  }

  private static Failure unavailable() {
    return Failure.of(
        Status.Code.UNAVAILABLE,
        ErrorReason.ERROR_REASON_MISBEHAVIOR,
        "the provider is not there now");
  }
}
