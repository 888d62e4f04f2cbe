package dev.emporion.catalog;

import com.google.protobuf.Message;
import dev.emporion.catalog.ChangeStore.Change;
import dev.emporion.catalog.v1.ImportProductsResponse;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Failure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * What the next rows of an import do. It ends before a row that could meet what an earlier one
 * does: the same product, SKU or request id; so each change stands alone, and the order of the rows
 * holds.
 *
 * @param size how many rows it settles
 * @param changes of the rows that do something
 * @param repeated rows that had been applied before
 * @param refusals why a row is refused, by its number
 */
record ImportBatch(int size, List<Change> changes, int repeated, Map<Row, Failure> refusals) {
  /** That a row was applied is all there is to tell about it. */
  private static final Message APPLIED = ImportProductsResponse.getDefaultInstance();

  /** A row within its bounds; the first of a stream has number 1. */
  record Row(int number, Claim claim, Product.Details details) {}

  /**
   * @param applied the payload hashes of those of the rows' requests that were applied before
   * @param owners the products that have one of the rows' SKUs
   */
  static ImportBatch plan(
      List<Row> rows,
      Map<UUID, byte[]> applied,
      List<Product> owners,
      Supplier<UUID> newId,
      Instant now) {
    var bySku = new HashMap<String, Product>();
    owners.forEach(owner -> owner.details().skus().forEach(sku -> bySku.put(sku, owner)));
    var changes = new ArrayList<Change>();
    var refusals = new HashMap<Row, Failure>();
    var touched = new HashSet<Object>();
    int size = 0;
    int repeated = 0;
    for (Row row : rows) {
      Set<Object> touches = touches(row, bySku);
      if (!Collections.disjoint(touched, touches)) {
        break;
      }
      size++;
      try {
        byte[] hash = applied.get(row.claim().requestId());
        if (hash == null) {
          changes.add(change(row, bySku, newId, now));
          touched.addAll(touches);
        } else {
          row.claim().requireSamePayload(hash);
          repeated++;
        }
      } catch (Failure e) {
        refusals.put(row, e);
      }
    }
    return new ImportBatch(size, changes, repeated, refusals);
  }

  private static Set<Object> touches(Row row, Map<String, Product> bySku) {
    var touches = new HashSet<Object>();
    touches.add(row.claim().requestId());
    for (String sku : row.details().skus()) {
      touches.add(sku);
      if (bySku.containsKey(sku)) {
        touches.add(bySku.get(sku).productId());
      }
    }
    return touches;
  }

  /** The product that has one of the SKUs is replaced; two cannot be. */
  private static Change change(
      Row row, Map<String, Product> bySku, Supplier<UUID> newId, Instant now) {
    Product before = null;
    for (String sku : row.details().skus()) {
      Product owner = bySku.get(sku);
      if (before == null) {
        before = owner;
      } else if (owner != null && owner != before) {
        throw Product.skuTaken(sku);
      }
    }
    Product after =
        before == null
            ? Product.create(newId.get(), row.details(), now)
            : before.edit(row.details(), now);
    return new Change(row.claim(), APPLIED, before, after);
  }
}
