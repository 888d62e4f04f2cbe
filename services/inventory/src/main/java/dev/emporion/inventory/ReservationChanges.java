package dev.emporion.inventory;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.emporion.inventory.ReservationStore.Loaded;
import dev.emporion.platform.Attempt;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Idempotent;
import dev.emporion.platform.Ids;
import java.util.function.Function;

/** How a request changes a reservation: look, compute, compare and set. */
final class ReservationChanges {
  private final ReservationStore reservations;
  private final BackorderStore backorders;

  ReservationChanges(ReservationStore reservations, BackorderStore backorders) {
    this.reservations = reservations;
    this.backorders = backorders;
  }

  /**
   * @param transition what becomes of it, or the refusal
   */
  <A extends Message> A change(
      Claim claim,
      String reservationId,
      Parser<A> parser,
      Function<Loaded, Reservation> transition,
      Function<dev.emporion.inventory.v1.Reservation, A> answer) {
    var id = Ids.parse("reservation_id", reservationId);
    return Idempotent.write(
        claim,
        parser,
        () -> {
          var loaded = reservations.load(claim, id);
          if (loaded.saved() != null) {
            return Attempt.replay(loaded.saved());
          }
          var after = transition.apply(loaded);
          var told = answer.apply(InventoryProto.reservation(after));
          return Attempt.saved(save(claim, loaded, after, told), told);
        });
  }

  private int save(Claim claim, Loaded loaded, Reservation after, Message answer) {
    var before = loaded.reservation();
    if (before == after) {
      return reservations.remember(claim, answer);
    }
    var change = Change.of(before, after, loaded.now());
    if (before == null) {
      return reservations.bury(claim, after, change.event(), answer);
    }
    return loaded.wanted()
        ? backorders.save(claim, change, loaded.now(), answer)
        : reservations.save(claim, change, loaded.now(), answer);
  }
}
