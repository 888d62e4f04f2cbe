package dev.emporion.carts;

import static dev.emporion.carts.Carts.addTo;
import static dev.emporion.carts.Carts.assertRefused;
import static dev.emporion.carts.Carts.line;
import static dev.emporion.carts.Carts.mergeInto;
import static dev.emporion.carts.Carts.newCart;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.carts.v1.Cart;
import dev.emporion.carts.v1.CartLine;
import dev.emporion.carts.v1.CreateCartRequest;
import dev.emporion.carts.v1.MergeCartsRequest;
import dev.emporion.platform.Caller;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class MergeCartsTest {
  private static final Carts CARTS = new Carts("merge-carts-test");
  private static final Caller ANNA = Caller.customer("anna");

  @AfterAll
  static void close() {
    CARTS.close();
  }

  @Test
  void theGuestsLinesMoveAndTheGuestsCartIsGone() {
    Cart own = annas("EUR", line("MUG", 1));
    Cart guest = guests("EUR", line("CAP", 2), line("MUG", 3));

    Cart merged = merge(mergeInto(own, guest));

    assertThat(merged.getLinesList()).containsExactly(line("MUG", 4), line("CAP", 2));
    assertThat(merged.getEtag()).isNotEqualTo(own.getEtag());
    assertThat(Caller.as(ANNA, () -> CARTS.get(own.getCartId()))).isEqualTo(merged);
    assertRefused(() -> CARTS.get(guest.getCartId()), Code.NOT_FOUND, "CART_NOT_FOUND");
  }

  @Test
  void aRepeatedMergeReturnsItsFirstAnswer() {
    Cart own = annas("EUR", line("MUG", 1));
    Cart guest = guests("EUR", line("MUG", 1));
    MergeCartsRequest request = mergeInto(own, guest);
    Cart merged = merge(request);
    Caller.as(ANNA, () -> CARTS.add(addTo(own, line("MUG", 5))));

    assertThat(merge(request)).isEqualTo(merged);
    Cart other = guests("EUR");
    assertRefused(
        () -> merge(request.toBuilder().setGuestCartId(other.getCartId()).build()),
        Code.ALREADY_EXISTS,
        "REQUEST_ID_REUSED");
  }

  @Test
  void theRequestThatMadeAMergedCartStillReturnsIt() {
    Cart own = annas("EUR");
    CreateCartRequest creation = newCart("EUR", line("MUG", 1));
    Cart guest = CARTS.create(creation);
    merge(mergeInto(own, guest));

    assertThat(CARTS.create(creation)).as("as first made").isEqualTo(guest);
    assertRefused(() -> CARTS.get(guest.getCartId()), Code.NOT_FOUND, "CART_NOT_FOUND");
  }

  @Test
  void onlyACustomerMergesAndOnlyAGuestsCartIntoAnOwnOne() {
    Cart own = annas("EUR");
    Cart guest = guests("EUR");
    Cart bens = Caller.as(Caller.customer("ben"), () -> CARTS.create(newCart("EUR")));

    assertRefused(
        () -> CARTS.merge(mergeInto(own, guest)), Code.PERMISSION_DENIED, "CALLER_NOT_ALLOWED");
    assertRefused(() -> merge(mergeInto(bens, guest)), Code.NOT_FOUND, "CART_NOT_FOUND");
    assertRefused(() -> merge(mergeInto(own, bens)), Code.NOT_FOUND, "CART_NOT_FOUND");
    assertRefused(() -> merge(mergeInto(own, annas("EUR"))), Code.NOT_FOUND, "CART_NOT_FOUND");
    assertRefused(() -> merge(mergeInto(guest, guests("EUR"))), Code.NOT_FOUND, "CART_NOT_FOUND");
    assertRefused(() -> merge(mergeInto(own, own)), Code.INVALID_ARGUMENT, "VIOLATED_FIELD");
  }

  @Test
  void aRefusedMergeLeavesBothAsTheyWere() {
    Cart own = annas("EUR", line("MUG", 6_000));
    Cart guest = guests("EUR", line("MUG", 6_000));
    Cart dollars = guests("USD", line("MUG", 1));

    assertRefused(
        () -> merge(mergeInto(own, guest)), Code.FAILED_PRECONDITION, "QUANTITY_TOO_LARGE");
    assertRefused(
        () -> merge(mergeInto(own, dollars)), Code.FAILED_PRECONDITION, "CURRENCY_DIFFERS");
    assertThat(Caller.as(ANNA, () -> CARTS.get(own.getCartId()))).isEqualTo(own);
    assertThat(CARTS.get(guest.getCartId())).isEqualTo(guest);
  }

  /** Units neither vanish nor double, whoever is faster. */
  @Test
  void aGuestsCartThatChangesMeanwhileIsMergedAsItIsOrNotChangedAtAll() throws Exception {
    for (int round = 0; round < 20; round++) {
      Cart own = annas("EUR");
      Cart guest = guests("EUR", line("MUG", 1));
      int added = 0;
      try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
        var adds = new ArrayList<Future<Boolean>>();
        for (int i = 0; i < 4; i++) {
          adds.add(executor.submit(() -> added(guest)));
        }
        executor.submit(() -> merge(mergeInto(own, guest))).get();
        for (Future<Boolean> add : adds) {
          added += add.get() ? 1 : 0;
        }
      }
      assertThat(Caller.as(ANNA, () -> CARTS.get(own.getCartId())).getLinesList())
          .containsExactly(line("MUG", 1 + added));
    }
  }

  @Test
  void oneMergeSentManyTimesAtOnceCountsOnce() throws Exception {
    Cart own = annas("EUR", line("MUG", 1));
    MergeCartsRequest request = mergeInto(own, guests("EUR", line("MUG", 1)));
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var merges = new ArrayList<Future<Cart>>();
      for (int i = 0; i < 16; i++) {
        merges.add(executor.submit(() -> merge(request)));
      }
      for (Future<Cart> merge : merges) {
        assertThat(merge.get().getLinesList()).isEqualTo(List.of(line("MUG", 2)));
      }
    }
  }

  /** False: the cart was merged before. */
  private static boolean added(Cart guest) {
    try {
      CARTS.add(addTo(guest, line("MUG", 1)));
      return true;
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isEqualTo(Code.NOT_FOUND);
      return false;
    }
  }

  private static Cart merge(MergeCartsRequest request) {
    return Caller.as(ANNA, () -> CARTS.merge(request));
  }

  private static Cart annas(String currency, CartLine... lines) {
    return Caller.as(ANNA, () -> CARTS.create(newCart(currency, lines)));
  }

  private static Cart guests(String currency, CartLine... lines) {
    return CARTS.create(newCart(currency, lines));
  }
}
