package dev.emporion.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.emporion.platform.Failure;
import dev.emporion.platform.Money;
import dev.emporion.simulator.Book.Answer;
import dev.emporion.simulator.v1.ErrorReason;
import dev.emporion.testing.TestClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BookTest {
  private static final long MAX = 25_000;
  private final TestClock clock = TestClock.at("2026-01-31T08:00:00Z");
  @TempDir Path directory;
  private Book book;

  @BeforeEach
  void open() throws IOException {
    book = new Book(directory, MAX, clock);
  }

  @AfterEach
  void close() {
    book.close();
  }

  @Test
  void theSameKeyGetsTheFirstAnswerWhateverHappenedSince() {
    Hold first = create("k1").hold();
    capture("k2", first, 40);
    Answer again = create("k1");
    assertThat(again.replay()).isTrue();
    assertThat(again.hold()).isEqualTo(first);
  }

  @Test
  void aRefusalIsRememberedToo() {
    Hold hold = create("k1").hold();
    assertThat(refund("k2", hold, 40).refusal())
        .isEqualTo(ErrorReason.ERROR_REASON_AMOUNT_EXCEEDED);
    capture("k3", hold, 40);
    Answer again = refund("k2", hold, 40);
    assertThat(again.refusal()).isEqualTo(ErrorReason.ERROR_REASON_AMOUNT_EXCEEDED);
    assertThat(book.byKey("k1").refundedMinor()).isZero();
  }

  @Test
  void theSameKeyWithOtherParametersIsRefused() {
    Hold hold = create("k1").hold();
    assertThatThrownBy(() -> capture("k1", hold, 40))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.is(ErrorReason.ERROR_REASON_KEY_REUSED)).isTrue());
  }

  @Test
  void aKeyIsForgottenAfterADayAndThenMakesANewCharge() {
    Hold first = create("k1").hold();
    clock.advance(Duration.ofHours(23));
    assertThat(create("k1").hold()).isEqualTo(first);
    clock.advance(Duration.ofHours(1));
    Hold second = create("k1").hold();
    assertThat(second.number()).isEqualTo(2);
    assertThat(book.byKey("k1")).isEqualTo(second);
  }

  @Test
  void keysAreForgottenEarlierWhenItIsToldSo() {
    create("k1");
    book.keepKeys(Duration.ofMinutes(1));
    clock.advance(Duration.ofMinutes(1));
    assertThat(create("k1").replay()).isFalse();
  }

  @Test
  void everythingIsThereAfterANewStart() throws IOException {
    Hold hold = create("k1").hold();
    Answer captured = capture("k2", hold, 40);
    Answer refused = refund("k3", hold, 50);
    String id = id(hold);
    close();
    open();
    assertThat(book.byId(id)).isEqualTo(captured.hold());
    assertThat(create("k1")).isEqualTo(new Answer(hold, none(), true));
    assertThat(capture("k2", hold, 40)).isEqualTo(new Answer(captured.hold(), none(), true));
    assertThat(refund("k3", hold, 50).refusal()).isEqualTo(refused.refusal());
    assertThat(create("k4").hold().number()).isEqualTo(2);
  }

  @Test
  void aHoldExpiresByTheClockAlsoAfterANewStart() throws IOException {
    Hold hold = create("k1").hold();
    capture("k2", hold, 40);
    clock.advance(Hold.HELD_FOR);
    assertThat(book.byKey("k1").state()).isEqualTo(Hold.State.EXPIRED);
    assertThat(book.list(0, "", 1).getFirst().state()).isEqualTo(Hold.State.EXPIRED);
    assertThat(capture("k3", hold, 40).refusal())
        .isEqualTo(ErrorReason.ERROR_REASON_AUTHORIZATION_STATE);
    close();
    open();
    Hold expired = book.byId(id(hold));
    assertThat(expired.state()).isEqualTo(Hold.State.EXPIRED);
    assertThat(expired.expireTime()).isEqualTo(hold.expireTime());
    assertThat(expired.capturedMinor()).isEqualTo(40);
  }

  @Test
  void allThatAKeyMadeIsFoundAlsoAfterANewStart() throws IOException {
    Hold first = create("k1").hold();
    clock.advance(Duration.ofHours(25));
    Hold second = create("k1").hold();
    Hold other = create("k2").hold();
    assertThat(book.byKeys(List.of("k2", "none", "k1"))).containsExactly(other, first, second);
    close();
    open();
    assertThat(book.byKeys(List.of("k2", "none", "k1"))).containsExactly(other, first, second);
  }

  @Test
  void idsOfAnotherJournalAreUnknown() {
    create("k1");
    for (String id : List.of("auth_00000000_1", "auth_1", "x", "auth_" + book.journalId() + "_2")) {
      assertThatThrownBy(() -> book.byId(id))
          .isInstanceOfSatisfying(
              Failure.class,
              e -> assertThat(e.is(ErrorReason.ERROR_REASON_AUTHORIZATION_NOT_FOUND)).isTrue());
    }
  }

  @Test
  void theListIsCompleteOverPagesAndByReference() {
    int all = 21_000; // more than one look under the lock
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < all; i++) {
        String key = "k" + i;
        threads.submit(() -> createRarely(key)); // at once: they share the disk
      }
    }
    assertThat(book.list(0, "", 3)).extracting(Hold::number).containsExactly(1L, 2L, 3L);
    assertThat(book.list(3, "", 2)).extracting(Hold::number).containsExactly(4L, 5L);
    assertThat(book.list(0, "rare", 10)).extracting(Hold::number).containsExactly(10_000L, 20_000L);
    assertThat(book.list(10_000, "rare", 10)).hasSize(1);
    assertThat(book.list(all, "", 10)).isEmpty();
    assertThat(book.list(Long.MAX_VALUE, "", 10)).isEmpty();
  }

  @Test
  void aFullRecordRefusesAndForgetsNothing() throws IOException {
    close();
    book = new Book(directory, 1, clock);
    Hold first = create("k1").hold();
    assertThatThrownBy(() -> create("k2")).hasMessageContaining("full at 1 entries");
    assertThat(create("k1").hold()).isEqualTo(first);
  }

  private Answer create(String key) {
    return book.create(
        key,
        key.hashCode(),
        (number, now) ->
            Hold.of(number, key, "order", new Money("EUR", 100), "", now, Hold.HELD_FOR));
  }

  /** Every ten thousandth has a reference of its own. */
  private Answer createRarely(String key) {
    return book.create(
        key,
        key.hashCode(),
        (number, now) -> {
          String reference = number % 10_000 == 0 ? "rare" : "often";
          return Hold.of(number, key, reference, new Money("EUR", 100), "", now, Hold.HELD_FOR);
        });
  }

  private Answer capture(String key, Hold hold, long cents) {
    return book.change(key, cents, id(hold), held -> held.capture(new Money("EUR", cents), false));
  }

  private Answer refund(String key, Hold hold, long cents) {
    return book.change(key, -cents, id(hold), held -> held.refund(new Money("EUR", cents)));
  }

  private String id(Hold hold) {
    return "auth_" + book.journalId() + "_" + hold.number();
  }

  private static ErrorReason none() {
    return ErrorReason.ERROR_REASON_UNSPECIFIED;
  }
}
