package dev.emporion.carts;

import static dev.emporion.carts.Carts.addTo;
import static dev.emporion.carts.Carts.assertRefused;
import static dev.emporion.carts.Carts.line;
import static dev.emporion.carts.Carts.newCart;
import static dev.emporion.carts.Carts.removeFrom;
import static dev.emporion.carts.Carts.updateOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.BadRequest;
import dev.emporion.carts.v1.AddCartLineRequest;
import dev.emporion.carts.v1.Cart;
import dev.emporion.carts.v1.CartLine;
import dev.emporion.carts.v1.CreateCartRequest;
import dev.emporion.carts.v1.RemoveCartLineRequest;
import dev.emporion.carts.v1.UpdateCartLineRequest;
import dev.emporion.platform.Caller;
import dev.emporion.platform.Failure;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class CartsServiceTest {
  private static final Carts CARTS = new Carts("carts-service-test");
  private static final Caller ANNA = Caller.customer("anna");
  private static final Caller BEN = Caller.customer("ben");

  @AfterAll
  static void close() {
    CARTS.close();
  }

  @Test
  void aCartIsMadeChangedAndRead() {
    Cart made = CARTS.create(newCart("EUR", line("MUG", 1)));
    Cart added = CARTS.add(addTo(made, line("CAP", 2)));
    Cart updated = CARTS.update(updateOf(added, line("MUG", 5)));
    Cart removed = CARTS.remove(removeFrom(updated, "CAP"));

    assertThat(made.getLinesList()).containsExactly(line("MUG", 1));
    assertThat(added.getLinesList()).containsExactly(line("MUG", 1), line("CAP", 2));
    assertThat(updated.getLinesList()).containsExactly(line("MUG", 5), line("CAP", 2));
    assertThat(removed.getLinesList()).containsExactly(line("MUG", 5));
    assertThat(List.of(made.getEtag(), added.getEtag(), updated.getEtag(), removed.getEtag()))
        .doesNotHaveDuplicates();
    assertThat(CARTS.get(made.getCartId())).isEqualTo(removed);
  }

  @Test
  void aRepeatedCreationReturnsTheCartAsFirstMade() {
    CreateCartRequest request = newCart("EUR", line("MUG", 1));
    Cart first = CARTS.create(request);
    CARTS.add(addTo(first, line("CAP", 1)));

    assertThat(CARTS.create(request)).isEqualTo(first);
    assertRefused(
        () -> CARTS.create(request.toBuilder().setCurrencyCode("USD").build()),
        Code.ALREADY_EXISTS,
        "REQUEST_ID_REUSED");
  }

  @Test
  void aRepeatedChangeReturnsItsFirstAnswerWhateverHappenedSince() {
    Cart made = CARTS.create(newCart("EUR", line("MUG", 1)));
    AddCartLineRequest add =
        addTo(made, line("CAP", 1)).toBuilder().setEtag(made.getEtag()).build();
    UpdateCartLineRequest update = updateOf(made, line("MUG", 7));
    RemoveCartLineRequest remove = removeFrom(made, "MUG");
    Cart added = CARTS.add(add);
    Cart updated = CARTS.update(update);
    Cart removed = CARTS.remove(remove);
    assertThat(removed.getLinesList()).containsExactly(line("CAP", 1));
    CARTS.expire(made);

    assertThat(CARTS.add(add)).as("its etag is old by now").isEqualTo(added);
    assertThat(CARTS.update(update)).as("its line is gone").isEqualTo(updated);
    assertThat(CARTS.remove(remove)).as("its line is gone").isEqualTo(removed);
    assertRefused(
        () -> CARTS.add(add.toBuilder().setLine(line("CAP", 2)).build()),
        Code.ALREADY_EXISTS,
        "REQUEST_ID_REUSED");
    assertRefused(
        () -> CARTS.update(update.toBuilder().setQuantity(8).build()),
        Code.ALREADY_EXISTS,
        "REQUEST_ID_REUSED");
    assertRefused(
        () -> CARTS.remove(remove.toBuilder().setSku("CAP").build()),
        Code.ALREADY_EXISTS,
        "REQUEST_ID_REUSED");
  }

  @Test
  void aRefusalSavesNoClaim() {
    Cart cart = CARTS.create(newCart("EUR"));
    UpdateCartLineRequest request = updateOf(cart, line("MUG", 2));
    assertRefused(() -> CARTS.update(request), Code.NOT_FOUND, "CART_LINE_NOT_FOUND");

    CARTS.add(addTo(cart, line("MUG", 1)));
    assertThat(CARTS.update(request).getLinesList()).containsExactly(line("MUG", 2));
  }

  @Test
  void anOldEtagIsRefused() {
    Cart made = CARTS.create(newCart("EUR", line("MUG", 1)));
    Cart added = CARTS.add(addTo(made, line("CAP", 1)));
    String old = made.getEtag();

    assertRefused(
        () -> CARTS.add(addTo(made, line("PEN", 1)).toBuilder().setEtag(old).build()),
        Code.ABORTED,
        "ETAG_MISMATCH");
    assertRefused(
        () -> CARTS.update(updateOf(made, line("MUG", 2)).toBuilder().setEtag(old).build()),
        Code.ABORTED,
        "ETAG_MISMATCH");
    assertRefused(
        () -> CARTS.remove(removeFrom(made, "MUG").toBuilder().setEtag(old).build()),
        Code.ABORTED,
        "ETAG_MISMATCH");
    assertThat(
            CARTS
                .add(addTo(made, line("PEN", 1)).toBuilder().setEtag(added.getEtag()).build())
                .getLinesCount())
        .isEqualTo(3);
  }

  @Test
  void aCustomersCartIsNotThereForOthers() {
    Cart annas = Caller.as(ANNA, () -> CARTS.create(newCart("EUR", line("MUG", 1))));
    assertThat(annas.getCustomerId()).isEqualTo("anna");

    for (Caller stranger : List.of(BEN, Caller.GUEST)) {
      assertNoCart(stranger, () -> CARTS.get(annas.getCartId()));
      assertNoCart(stranger, () -> CARTS.add(addTo(annas, line("CAP", 1))));
      assertNoCart(stranger, () -> CARTS.update(updateOf(annas, line("MUG", 2))));
      assertNoCart(stranger, () -> CARTS.remove(removeFrom(annas, "MUG")));
    }
    for (Caller trusted :
        List.of(ANNA, Caller.service("orders"), Caller.operator("o"), Caller.merchant("m"))) {
      assertThat(Caller.as(trusted, () -> CARTS.get(annas.getCartId()))).isEqualTo(annas);
    }
  }

  @Test
  void aGuestsCartIsForWhoeverKnowsItsId() {
    Cart guests = CARTS.create(newCart("EUR", line("MUG", 1)));
    assertThat(guests.getCustomerId()).isEmpty();
    assertThat(Caller.as(BEN, () -> CARTS.get(guests.getCartId()))).isEqualTo(guests);
  }

  @Test
  void anExpiredCartIsNotThere() {
    Cart cart = CARTS.create(newCart("EUR", line("MUG", 1)));
    CARTS.expire(cart);
    assertNoCart(Caller.GUEST, () -> CARTS.get(cart.getCartId()));
    assertNoCart(Caller.GUEST, () -> CARTS.add(addTo(cart, line("CAP", 1))));
  }

  @Test
  void aChangePutsExpiryOff() {
    Cart cart = CARTS.create(newCart("EUR", line("MUG", 1)));
    CARTS.sql(
        "update carts set expire_at = now() + interval '1 second' where cart_id = '%s'"
            .formatted(cart.getCartId()));
    Cart changed = CARTS.add(addTo(cart, line("MUG", 1)));
    long hours =
        (changed.getExpireTime().getSeconds() - changed.getUpdateTime().getSeconds()) / 3600;
    assertThat(hours).isBetween((long) Carts.TTL_HOURS, Carts.TTL_HOURS + 1L);
  }

  @Test
  void linesAreBounded() {
    CartLine[] hundred =
        IntStream.range(0, 100).mapToObj(i -> line("S" + i, 10_000)).toArray(CartLine[]::new);
    Cart full = CARTS.create(newCart("EUR", hundred));
    assertRefused(
        () -> CARTS.add(addTo(full, line("X", 1))), Code.FAILED_PRECONDITION, "CART_FULL");
    assertRefused(
        () -> CARTS.add(addTo(full, line("S1", 1))),
        Code.FAILED_PRECONDITION,
        "QUANTITY_TOO_LARGE");
  }

  @Test
  void threeCapitalsAreNotYetACurrency() {
    for (String code : List.of("ZZZ", "XXX")) {
      Failure failure =
          assertRefused(() -> CARTS.create(newCart(code)), Code.INVALID_ARGUMENT, "INVALID_VALUE");
      assertThat(violatedField(failure)).isEqualTo("currency_code");
    }
  }

  @Test
  void firstLinesNameNoSkuTwice() {
    Failure failure =
        assertRefused(
            () -> CARTS.create(newCart("EUR", line("MUG", 1), line("MUG", 2))),
            Code.INVALID_ARGUMENT,
            "VIOLATED_FIELD");
    assertThat(violatedField(failure)).isEqualTo("lines");
  }

  @Test
  void manyChangesAtOnceAllCount() throws Exception {
    Cart cart = CARTS.create(newCart("EUR"));
    inParallel(8, i -> CARTS.add(addTo(cart, line("MUG", 1))));
    assertThat(CARTS.get(cart.getCartId()).getLinesList()).containsExactly(line("MUG", 8));
  }

  @Test
  void oneChangeSentManyTimesAtOnceCountsOnce() throws Exception {
    Cart cart = CARTS.create(newCart("EUR"));
    AddCartLineRequest request = addTo(cart, line("MUG", 1));
    List<Cart> answers = inParallel(16, i -> CARTS.add(request));
    assertThat(answers).containsOnly(answers.getFirst());
    assertThat(CARTS.get(cart.getCartId())).isEqualTo(answers.getFirst());
  }

  @Test
  void oneCreationSentManyTimesAtOnceMakesOneCart() throws Exception {
    CreateCartRequest request = newCart("EUR", line("MUG", 1));
    List<Cart> answers = inParallel(16, i -> CARTS.create(request));
    assertThat(answers).containsOnly(answers.getFirst());
  }

  private interface Numbered {
    Cart run(int i);
  }

  private static List<Cart> inParallel(int threads, Numbered work) throws Exception {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var futures = new ArrayList<Future<Cart>>();
      for (int i = 0; i < threads; i++) {
        int number = i;
        futures.add(executor.submit(() -> work.run(number)));
      }
      var answers = new ArrayList<Cart>();
      for (Future<Cart> future : futures) {
        answers.add(future.get());
      }
      return answers;
    }
  }

  private static void assertNoCart(Caller caller, Supplier<Cart> call) {
    assertRefused(() -> Caller.as(caller, call), Code.NOT_FOUND, "CART_NOT_FOUND");
  }

  private static String violatedField(Failure failure) {
    return failure.detail(BadRequest.class).orElseThrow().getFieldViolations(0).getField();
  }
}
