package dev.emporion.audit;

import dev.emporion.payments.v1.PaymentBooks;
import dev.emporion.simulator.v1.Authorization;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what payments and the provider have of some charges, and compares it. The key that the
 * provider keeps is the payment's id, so that either leads to the other.
 */
record PaymentLook(Parties parties) {

  /** Keys of a page of payments that something is wrong with, or that cannot be compared now. */
  List<String> first(Collection<PaymentBooks> page) {
    Map<String, List<Authorization>> there =
        parties.authorizations(page.stream().map(PaymentBooks::getAuthorizationKey).toList());
    return page.stream()
        .map(ours -> file(ours.getAuthorizationKey(), ours, there))
        .filter(file -> file.isChanging() || !PaymentChecks.of(file).isEmpty())
        .map(PaymentFile::key)
        .toList();
  }

  /** Keys of a page of the provider's record that payments does not know. */
  List<String> unknown(Collection<Authorization> page) {
    List<String> keys = page.stream().map(Authorization::getIdempotencyKey).distinct().toList();
    Map<String, PaymentBooks> ours = payments(keys);
    return keys.stream().filter(key -> !ours.containsKey(key)).toList();
  }

  /** As sure as can be: the payment is the same before and after the provider was asked. */
  List<Reading> again(List<String> keys) {
    Map<String, PaymentBooks> before = payments(keys);
    Map<String, List<Authorization>> there = parties.authorizations(keys);
    Map<String, PaymentBooks> after = payments(keys);
    var readings = new ArrayList<Reading>();
    for (String key : keys) {
      PaymentFile file = file(key, before.get(key), there);
      boolean same = file.stamp().equals(file(key, after.get(key), there).stamp());
      readings.add(
          same && !file.isChanging()
              ? new Reading(file.stamp(), PaymentChecks.of(file))
              : Reading.undecided());
    }
    return readings;
  }

  private Map<String, PaymentBooks> payments(Collection<String> keys) {
    return parties.payments(keys.stream().filter(PaymentLook::isUuid).toList());
  }

  private static PaymentFile file(
      String key, PaymentBooks ours, Map<String, List<Authorization>> there) {
    return new PaymentFile(key, Optional.ofNullable(ours), there.getOrDefault(key, List.of()));
  }

  private static boolean isUuid(String key) {
    return key.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  }
}
