package dev.emporion.carts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.emporion.carts.v1.ErrorReason;
import dev.emporion.platform.Failure;
import io.grpc.Status.Code;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class CartTest {
  private static final Instant MADE = Instant.parse("2026-03-01T10:15:00Z");
  private static final Cart.Moment LATER =
      new Cart.Moment(Instant.parse("2026-03-02T12:30:00Z"), Instant.parse("2026-04-01T13:00:00Z"));

  @Test
  void aNewSkuGoesToTheEnd() {
    Cart cart = cart("EUR", line("MUG", 1)).add(line("CAP", 2), LATER);
    assertThat(cart.lines()).containsExactly(line("MUG", 1), line("CAP", 2));
  }

  @Test
  void aSkuThatIsThereGetsMoreAndKeepsItsPlace() {
    Cart cart = cart("EUR", line("MUG", 1), line("CAP", 2)).add(line("MUG", 4), LATER);
    assertThat(cart.lines()).containsExactly(line("MUG", 5), line("CAP", 2));
  }

  @Test
  void aChangeMakesTheNextVersionAndPutsExpiryOff() {
    Cart before = cart("EUR", line("MUG", 1));
    Cart after = before.update(line("MUG", 3), LATER);

    assertThat(after.version()).isEqualTo(2);
    assertThat(after.etag()).isNotEqualTo(before.etag());
    assertThat(after.expireAt()).isEqualTo(LATER.expireAt());
    assertThat(after.updatedAt()).isEqualTo(LATER.now());
    assertThat(after.createdAt()).isEqualTo(MADE);
    assertThat(after.lines()).containsExactly(line("MUG", 3));
  }

  @Test
  void aLineIsTakenOut() {
    Cart cart = cart("EUR", line("MUG", 1), line("CAP", 2)).remove("MUG", LATER);
    assertThat(cart.lines()).containsExactly(line("CAP", 2));
  }

  @Test
  void aSkuThatIsNotThereIsNeitherChangedNorTakenOut() {
    Cart cart = cart("EUR", line("MUG", 1));
    assertRefused(
        () -> cart.update(line("CAP", 1), LATER),
        Code.NOT_FOUND,
        ErrorReason.ERROR_REASON_CART_LINE_NOT_FOUND);
    assertRefused(
        () -> cart.remove("CAP", LATER),
        Code.NOT_FOUND,
        ErrorReason.ERROR_REASON_CART_LINE_NOT_FOUND);
  }

  @Test
  void thereIsNoLineBeyondTheHundredth() {
    Cart full = cart("EUR", lines("SKU-", 100));
    assertRefused(
        () -> full.add(line("ONE-MORE", 1), LATER),
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_CART_FULL);
    assertThat(full.add(line("SKU-7", 1), LATER).lines()).contains(line("SKU-7", 2));
  }

  @Test
  void aLineHasTenThousandUnitsAtMost() {
    Cart cart = cart("EUR", line("MUG", 9_999));
    assertThat(cart.add(line("MUG", 1), LATER).lines()).containsExactly(line("MUG", 10_000));
    assertRefused(
        () -> cart.add(line("MUG", 2), LATER),
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_QUANTITY_TOO_LARGE);
  }

  @Test
  void mergingAddsUpAndAppends() {
    Cart own = cart("EUR", line("MUG", 1), line("CAP", 2));
    Cart guest = cart("EUR", line("PEN", 3), line("MUG", 4));
    assertThat(own.merge(guest, LATER).lines())
        .containsExactly(line("MUG", 5), line("CAP", 2), line("PEN", 3));
  }

  @Test
  void mergingKeepsTheBounds() {
    assertRefused(
        () -> cart("EUR", line("MUG", 1)).merge(cart("USD", line("MUG", 1)), LATER),
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_CURRENCY_DIFFERS);
    assertRefused(
        () -> cart("EUR", lines("A-", 60)).merge(cart("EUR", lines("B-", 41)), LATER),
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_CART_FULL);
    assertRefused(
        () -> cart("EUR", line("MUG", 6_000)).merge(cart("EUR", line("MUG", 6_000)), LATER),
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_QUANTITY_TOO_LARGE);
  }

  private static void assertRefused(ThrowingCallable change, Code code, ErrorReason reason) {
    Failure failure = catchThrowableOfType(Failure.class, change);
    assertThat(failure).as(reason.name()).isNotNull();
    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure.is(reason)).isTrue();
  }

  private static Cart cart(String currency, Cart.Line... lines) {
    return new Cart(
        new UUID(1, 1), null, currency, List.of(lines), 1, MADE.plusSeconds(60), MADE, MADE);
  }

  private static Cart.Line line(String sku, int quantity) {
    return new Cart.Line(sku, quantity);
  }

  private static Cart.Line[] lines(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> line(prefix + i, 1)).toArray(Cart.Line[]::new);
  }
}
