package dev.emporion.payments;

import dev.emporion.platform.Money;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A provider that does what the test says, call by call: it can be stopped before or after the
 * effect, lose the question or the answer, and take the calling thread down with it.
 */
final class ScriptedProvider implements PaymentProvider {
  private static final long LIMIT_SECONDS = 60;

  enum Call {
    AUTHORIZE,
    CAPTURE,
    GIVE_UP,
    REFUND,
    FIND
  }

  /** A place where a call waits until the test lets it go. */
  static final class Gate {
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch opened = new CountDownLatch(1);

    void awaitArrival() {
      await(arrived);
    }

    void open() {
      opened.countDown();
    }

    private void pass() {
      arrived.countDown();
      await(opened);
    }

    private static void await(CountDownLatch latch) {
      try {
        if (!latch.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
          throw new AssertionError("nobody came within " + LIMIT_SECONDS + " s");
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** Stands for the death of the process: nothing after the call happens. */
  static final class Died extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private record Script(Runnable before, boolean effect, Runnable after, boolean answered) {
    static final Script WELL = new Script(() -> {}, true, () -> {}, true);
  }

  /** A hold as the provider has it. */
  private static final class Held {
    private boolean open = true;
    private final Money amount;
    private long captured;
    private long refunded;

    Held(Money amount) {
      this.amount = amount;
    }

    long live() {
      return open ? amount.minor() - captured : 0;
    }
  }

  private final Map<Call, Deque<Script>> scripts = new EnumMap<>(Call.class);
  private final Map<String, Outcome> byKey = new HashMap<>();
  private final Map<String, Held> holds = new HashMap<>();
  private final List<Call> calls = Collections.synchronizedList(new ArrayList<>());
  private String declining = "";
  private Instant until;
  private boolean singleCapture;

  // ---- what the test says; each counts for the next call of its kind that has no script yet

  Gate stopBefore(Call call) {
    var gate = new Gate();
    script(call, new Script(gate::pass, true, () -> {}, true));
    return gate;
  }

  Gate stopAfter(Call call) {
    var gate = new Gate();
    script(call, new Script(() -> {}, true, gate::pass, true));
    return gate;
  }

  void dieBefore(Call call) {
    script(call, new Script(ScriptedProvider::die, true, () -> {}, true));
  }

  void dieAfter(Call call) {
    script(call, new Script(() -> {}, true, ScriptedProvider::die, true));
  }

  void loseQuestion(Call call) {
    script(call, new Script(() -> {}, false, () -> {}, false));
  }

  void loseAnswer(Call call) {
    script(call, new Script(() -> {}, true, () -> {}, false));
  }

  /** From now on new keys are declined; empty: no more. */
  synchronized void decline(String code) {
    declining = code;
  }

  /** What is authorized from now on is held until then. */
  synchronized void holdUntil(Instant time) {
    until = time;
  }

  /** From now on a capture gives up the rest. */
  synchronized void allowOneCapture() {
    singleCapture = true;
  }

  /** Nothing is held any more. */
  synchronized void expire() {
    holds.values().forEach(held -> held.open = false);
  }

  /** A new test, a new provider. */
  synchronized void reset() {
    scripts.clear();
    byKey.clear();
    holds.clear();
    calls.clear();
    declining = "";
    until = null;
    singleCapture = false;
  }

  private synchronized void script(Call call, Script script) {
    scripts.computeIfAbsent(call, any -> new ArrayDeque<>()).add(script);
  }

  private static void die() {
    throw new Died();
  }

  // ---- what the test asks

  /** Everything that is held and neither captured nor given up. */
  synchronized long live() {
    return holds.values().stream().mapToLong(Held::live).sum();
  }

  synchronized long captured() {
    return holds.values().stream().mapToLong(held -> held.captured).sum();
  }

  synchronized long refunded() {
    return holds.values().stream().mapToLong(held -> held.refunded).sum();
  }

  /** How many authorizations were made. */
  synchronized int charges() {
    return holds.size();
  }

  long calls(Call call) {
    return List.copyOf(calls).stream().filter(call::equals).count();
  }

  // ---- the provider

  @Override
  public String name() {
    return "scripted";
  }

  @Override
  public Outcome authorize(String key, UUID orderId, Money amount, String token) {
    return answer(
        Call.AUTHORIZE,
        key,
        () -> {
          String reference = "ref-" + (holds.size() + 1);
          holds.put(reference, new Held(amount));
          return new Approved(reference, until, false);
        });
  }

  @Override
  public Outcome capture(String key, String reference, Money amount) {
    return answer(
        Call.CAPTURE,
        key,
        () -> {
          Held held = holds.get(reference);
          if (!held.open) {
            return new Declined(singleCapture ? "authorization_captured" : EXPIRED);
          }
          if (amount.minor() > held.live()) {
            return new Declined("amount_exceeded");
          }
          held.captured += amount.minor();
          held.open = !singleCapture;
          return new Approved(reference, until, singleCapture);
        });
  }

  @Override
  public Outcome giveUp(String key, String reference) {
    return answer(
        Call.GIVE_UP,
        key,
        () -> {
          holds.get(reference).open = false;
          return Approved.of(reference);
        });
  }

  @Override
  public Outcome refund(String key, String reference, Money amount) {
    return answer(
        Call.REFUND,
        key,
        () -> {
          holds.get(reference).refunded += amount.minor();
          return Approved.of(reference);
        });
  }

  @Override
  public Optional<Outcome> find(String key) {
    Script script = next(Call.FIND);
    synchronized (this) {
      return script.answered ? Optional.ofNullable(byKey.get(key)) : Optional.of(new Unknown());
    }
  }

  private Outcome answer(Call call, String key, Supplier<Outcome> effect) {
    Script script = next(call);
    script.before.run();
    Outcome outcome = script.effect ? once(call, key, effect) : new Unknown();
    script.after.run();
    return script.answered ? outcome : new Unknown();
  }

  private synchronized Script next(Call call) {
    calls.add(call);
    var waiting = scripts.get(call);
    return waiting == null || waiting.isEmpty() ? Script.WELL : waiting.poll();
  }

  private synchronized Outcome once(Call call, String key, Supplier<Outcome> effect) {
    Outcome known = byKey.get(key);
    if (known == null) {
      boolean declined = !declining.isEmpty() && call != Call.GIVE_UP;
      known = declined ? new Declined(declining) : effect.get();
      byKey.put(key, known);
    }
    return known;
  }
}
