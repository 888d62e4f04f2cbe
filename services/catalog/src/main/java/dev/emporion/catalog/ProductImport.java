package dev.emporion.catalog;

import dev.emporion.catalog.ImportBatch.Row;
import dev.emporion.catalog.v1.CatalogServiceGrpc;
import dev.emporion.catalog.v1.CreateProductRequest;
import dev.emporion.catalog.v1.ErrorReason;
import dev.emporion.catalog.v1.ImportProductsRequest;
import dev.emporion.catalog.v1.ImportProductsResponse;
import dev.emporion.catalog.v1.ImportRowError;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Ids;
import dev.emporion.platform.Validation;
import io.grpc.Status;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One import stream: takes its rows one by one and applies them in batches, three round trips and
 * one commit each. It never holds more than one batch.
 */
final class ProductImport {
  private static final String RPC =
      CatalogServiceGrpc.getImportProductsMethod().getFullMethodName();
  private static final int BATCH_ROWS = 100;
  private static final int BATCH_BYTES = 1024 * 1024;
  private static final int MAX_ATTEMPTS = 10;

  /** The answer must fit into the 4 MiB that clients take. */
  private static final int MAX_LISTED_ERRORS = 1_000;

  private static final int MAX_LISTED_BYTES = 2 * 1024 * 1024;
  private static final int MAX_LISTED_ID_LENGTH = 64;

  private final CatalogStore store;
  private final ChangeStore changes;
  private final Clock clock;
  private final int maxRows;

  private final List<Row> waiting = new ArrayList<>();
  private int waitingBytes;
  private int rows;
  private int created;
  private int updated;
  private int repeated;
  private int failed;
  private final List<ImportRowError> errors = new ArrayList<>();
  private int errorBytes;

  ProductImport(CatalogStore store, ChangeStore changes, Clock clock, int maxRows) {
    this.store = store;
    this.changes = changes;
    this.clock = clock;
    this.maxRows = maxRows;
  }

  /**
   * Takes the next row; what is wrong with it goes into the answer.
   *
   * @throws Failure RESOURCE_EXHAUSTED / IMPORT_TOO_LONG; the rows before this one are applied
   */
  void add(ImportProductsRequest row) {
    rows++;
    if (rows > maxRows) {
      applyAll();
      throw Failure.of(
          Status.Code.RESOURCE_EXHAUSTED,
          ErrorReason.ERROR_REASON_IMPORT_TOO_LONG,
          "the first " + maxRows + " rows were applied; send the rest in another stream");
    }
    try {
      checkBounds(row);
      var claim = Claim.of(RPC, row);
      waiting.add(new Row(rows, claim, CatalogProto.details(row.getProduct())));
      waitingBytes += row.getSerializedSize();
    } catch (Failure e) {
      refuse(rows, row.getRequestId(), e);
    }
    if (waiting.size() == BATCH_ROWS || waitingBytes >= BATCH_BYTES) {
      applyAll();
    }
  }

  /** A row is bounded like the CreateProduct it may become. */
  private static void checkBounds(ImportProductsRequest row) {
    var request = CreateProductRequest.newBuilder().setRequestId(row.getRequestId());
    if (row.hasProduct()) {
      request.setProduct(row.getProduct());
    }
    Validation.check(request.build(), "");
  }

  /** Applies what is left and tells what became of all rows. */
  ImportProductsResponse finish() {
    applyAll();
    errors.sort(Comparator.comparingInt(ImportRowError::getRow));
    return ImportProductsResponse.newBuilder()
        .setCreatedCount(created)
        .setUpdatedCount(updated)
        .setRepeatedCount(repeated)
        .setFailedCount(failed)
        .addAllRowErrors(errors)
        .build();
  }

  private void applyAll() {
    while (!waiting.isEmpty()) {
      ImportBatch batch = apply();
      for (var change : batch.changes()) {
        if (change.before() == null) {
          created++;
        } else {
          updated++;
        }
      }
      repeated += batch.repeated();
      batch
          .refusals()
          .forEach((row, why) -> refuse(row.number(), row.claim().requestId().toString(), why));
      waiting.subList(0, batch.size()).clear();
    }
    waitingBytes = 0;
  }

  /** Looks, plans and saves; again when somebody changed the products in between. */
  private ImportBatch apply() {
    for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      ImportBatch batch = plan();
      if (batch.changes().isEmpty() || save(batch)) {
        return batch;
      }
    }
    throw Failure.of(
        Status.Code.ABORTED,
        dev.emporion.common.v1.ErrorReason.ERROR_REASON_CONTENTION,
        "too many changes of the same products at once; send the stream again");
  }

  private ImportBatch plan() {
    var caller = waiting.getFirst().claim().caller();
    var requestIds = waiting.stream().map(row -> row.claim().requestId()).toList();
    var skus = waiting.stream().flatMap(row -> row.details().skus().stream()).toList();
    return ImportBatch.plan(
        waiting,
        changes.applied(caller, RPC, requestIds),
        store.owners(skus),
        Ids::newId,
        clock.instant());
  }

  private boolean save(ImportBatch batch) {
    try {
      return changes.save(batch.changes());
    } catch (RuntimeException e) {
      if (ChangeStore.isSkuTaken(e) || ChangeStore.isRepeated(e)) {
        return false;
      }
      throw e;
    }
  }

  private void refuse(int number, String requestId, Failure why) {
    failed++;
    int idLength = Math.min(requestId.length(), MAX_LISTED_ID_LENGTH);
    var error =
        ImportRowError.newBuilder()
            .setRow(number)
            .setRequestId(requestId.substring(0, idLength))
            .setStatus(why.toStatus())
            .build();
    errorBytes += error.getSerializedSize();
    if (errors.size() < MAX_LISTED_ERRORS && errorBytes <= MAX_LISTED_BYTES) {
      errors.add(error);
    }
  }
}
