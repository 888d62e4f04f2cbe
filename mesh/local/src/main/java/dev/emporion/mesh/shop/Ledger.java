package dev.emporion.mesh.shop;

import dev.emporion.orders.v1.Order;
import dev.emporion.payments.v1.LedgerEntry;
import dev.emporion.payments.v1.ListLedgerEntriesRequest;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the ledger says of an order: each entry, and where its accounts stand. */
final class Ledger {
  private static final int MAX_ENTRIES = 200;

  private final Shop merchant;
  private final Story story;

  Ledger(Shop merchant, Story story) {
    this.merchant = merchant;
    this.story = story;
  }

  /** Returns the sum of all entries, which is zero. */
  BigDecimal tell(Order order) {
    story.step("The ledger of it, oldest first; each transaction sums to zero:");
    Map<String, BigDecimal> balances = new TreeMap<>();
    for (LedgerEntry entry : entries(order).reversed()) {
      BigDecimal amount = Amounts.value(entry.getAmount());
      row(entry.getKind(), entry.getAccount(), amount);
      balances.merge(entry.getAccount(), amount, BigDecimal::add);
    }
    String currency = order.getTotal().getCurrencyCode();
    story.step("Where its accounts stand, in %s:", currency);
    balances.forEach((account, amount) -> row("balance", account, amount));
    BigDecimal sum = balances.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    row("sum", "", sum);
    return sum;
  }

  private void row(String name, String account, BigDecimal amount) {
    story.row(name, "%-26s %10s", account, amount.toPlainString());
  }

  private List<LedgerEntry> entries(Order order) {
    return merchant
        .payments()
        .listLedgerEntries(
            ListLedgerEntriesRequest.newBuilder()
                .setPageSize(MAX_ENTRIES)
                .setFilter("order_id = \"%s\"".formatted(order.getOrderId()))
                .build())
        .getLedgerEntriesList();
  }
}
