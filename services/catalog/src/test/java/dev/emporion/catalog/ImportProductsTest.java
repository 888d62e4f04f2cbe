package dev.emporion.catalog;

import static dev.emporion.catalog.Catalog.archiveOf;
import static dev.emporion.catalog.Catalog.assertRefused;
import static dev.emporion.catalog.Catalog.newId;
import static dev.emporion.catalog.Catalog.product;
import static dev.emporion.catalog.Catalog.variant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import dev.emporion.catalog.v1.CatalogServiceGrpc;
import dev.emporion.catalog.v1.ImportProductsRequest;
import dev.emporion.catalog.v1.ImportProductsResponse;
import dev.emporion.catalog.v1.ImportRowError;
import dev.emporion.catalog.v1.Product;
import dev.emporion.testing.Eventually;
import io.grpc.Status.Code;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ImportProductsTest {
  private static final Catalog CATALOG = new Catalog("import-products-test");

  @AfterAll
  static void close() {
    CATALOG.close();
  }

  @Test
  void rowsMakeAndReplaceProducts() throws Exception {
    Product old = CATALOG.create(product("Old rack", "RACK-1", "RACK-2"));

    var result =
        send(row(product("Shelf", "SHELF-1")), row(product("New rack", "RACK-2", "RACK-3")));

    assertThat(result).isEqualTo(result(1, 1, 0));
    Product replaced = CATALOG.get(old.getProductId());
    assertThat(replaced.getTitle()).isEqualTo("New rack");
    assertThat(CATALOG.variants("RACK-1", "RACK-2", "RACK-3", "SHELF-1").getMissingSkusList())
        .containsExactly("RACK-1");
    assertThat(CATALOG.events(old)).hasSize(2).last().extracting("product").isEqualTo(replaced);
  }

  @Test
  void rowsOfOneProductAreAppliedInTheirOrder() throws Exception {
    var rows = new ArrayList<ImportProductsRequest>();
    for (int i = 0; i < 20; i++) {
      rows.add(row(product("Edition " + i, "BOOK")));
    }

    assertThat(send(rows)).isEqualTo(result(1, 19, 0));
    var variant = CATALOG.variants("BOOK").getVariants(0);
    assertThat(variant.getProductTitle()).isEqualTo("Edition 19");
    assertThat(CATALOG.events(CATALOG.get(variant.getProductId())))
        .extracting(event -> event.getProduct().getTitle())
        .containsExactlyElementsOf(IntStream.range(0, 20).mapToObj(i -> "Edition " + i).toList());
  }

  @Test
  void aSkuMayMoveFromOneProductToAnother() {
    send(row(product("One", "MOVE-1", "MOVE-2")), row(product("Two", "MOVE-3")));

    var result =
        send(
            row(product("One", "MOVE-1")),
            row(product("Two", "MOVE-3", "MOVE-2")),
            row(product("Three", "MOVE-4")));

    assertThat(result).isEqualTo(result(1, 2, 0));
    assertThat(CATALOG.variants("MOVE-2").getVariants(0).getProductTitle()).isEqualTo("Two");
  }

  @Test
  void aStreamSentAgainChangesNothing() {
    var rows = manyRows(230, "AGAIN-");

    assertThat(send(rows)).isEqualTo(result(230, 0, 0));
    assertThat(send(rows)).isEqualTo(result(0, 0, 230));
    var changed = new ArrayList<>(rows.subList(0, 3));
    changed.set(1, changed.get(1).toBuilder().setProduct(product("Other", "AGAIN-X")).build());
    var result = send(changed);
    assertThat(result.getRepeatedCount()).isEqualTo(2);
    assertThat(reasons(result)).containsExactly("2 REQUEST_ID_REUSED");
  }

  @Test
  void aRowTwiceInOneStreamIsAppliedOnce() {
    var row = row(product("Twin", "TWIN"));

    assertThat(send(row, row, row)).isEqualTo(result(1, 0, 2));
  }

  @Test
  void aBadRowIsReportedWithItsNumberAndDoesNotStopTheOthers() throws Exception {
    CATALOG.archive(archiveOf(CATALOG.create(product("Gone", "GONE"))));
    CATALOG.create(product("Taken", "TAKEN"));
    CATALOG.create(product("Kept", "KEPT"));
    Product untitled = product("x", "BAD-1").toBuilder().clearTitle().build();
    Product twice = product("Twice", "BAD-2", "BAD-2");
    Product lower = product("Lower", "bad-3");

    var result =
        send(
            row(product("Good", "GOOD-1")),
            row(untitled),
            row(twice),
            row(product("Gone", "GONE")),
            row(product("Both", "TAKEN", "KEPT")),
            row(lower),
            row(product("No id", "BAD-4")).toBuilder().setRequestId("7").build(),
            ImportProductsRequest.newBuilder().setRequestId(newId()).build(),
            row(product("Good", "GOOD-2")));

    assertThat(result.getCreatedCount()).isEqualTo(2);
    assertThat(result.getFailedCount()).isEqualTo(7);
    assertThat(reasons(result))
        .containsExactly(
            "2 VIOLATED_FIELD product.title",
            "3 INVALID_VALUE product.variants[1].sku",
            "4 PRODUCT_ARCHIVED",
            "5 SKU_TAKEN",
            "6 VIOLATED_FIELD product.variants[0].sku",
            "7 VIOLATED_FIELD request_id",
            "8 VIOLATED_FIELD product");
    assertThat(result.getRowErrors(5).getRequestId()).isEqualTo("7");
  }

  @Test
  void aStreamHasAnEnd() {
    var rows = manyRows(Catalog.IMPORT_MAX_ROWS + 1, "LONG-");

    assertRefused(() -> send(rows), Code.RESOURCE_EXHAUSTED, "IMPORT_TOO_LONG");
    assertThat(CATALOG.variants("LONG-0", "LONG-249").getVariantsList()).hasSize(2);
    assertThat(CATALOG.variants("LONG-250").getMissingSkusList()).hasSize(1);
    assertThat(send(rows.subList(0, 250)).getRepeatedCount()).isEqualTo(250);
  }

  @Test
  void anEmptyStreamIsNoError() {
    assertThat(send()).isEqualTo(ImportProductsResponse.getDefaultInstance());
  }

  @Test
  void twoStreamsOfTheSameProductsBothFinish() {
    var streams =
        IntStream.range(0, 4)
            .mapToObj(
                stream ->
                    CompletableFuture.supplyAsync(
                        () ->
                            send(
                                IntStream.range(0, 40)
                                    .map(i -> stream % 2 == 0 ? i : 39 - i)
                                    .mapToObj(i -> row(product("Race " + stream, "RACE-" + i)))
                                    .toList())))
            .toList();

    var results = streams.stream().map(CompletableFuture::join).toList();

    assertThat(results).extracting(ImportProductsResponse::getFailedCount).containsOnly(0);
    assertThat(results.stream().mapToInt(ImportProductsResponse::getCreatedCount).sum())
        .isEqualTo(40);
  }

  /** Whoever leaves in the middle finds what was taken applied, and sends it all again. */
  @Test
  void aBrokenStreamCanBeSentAgain() {
    var rows = manyRows(150, "BROKEN-");
    var left = new Sender();
    rows.forEach(left::send);
    Eventually.eventually(
        () -> assertThat(CATALOG.variants("BROKEN-99").getVariantsList()).hasSize(1));
    left.leave();

    var result = send(rows);

    assertThat(result.getRepeatedCount()).isGreaterThanOrEqualTo(100);
    assertThat(result.getRepeatedCount() + result.getCreatedCount()).isEqualTo(150);
  }

  @Test
  void aSenderWaitsForTheDatabase() throws Exception {
    var rows = manyRows(200, "WAIT-");
    var sender = new Sender();
    int sent = 0;
    try (var connection = CATALOG.database().connect();
        var sql = connection.createStatement()) {
      connection.setAutoCommit(false);
      sql.execute("lock table requests");
      while (!isSomebodyWaiting(sql)) {
        if (sent < rows.size() && sender.call.isReady()) {
          sender.send(rows.get(sent++));
        }
      }
      assertThat(sent).isBetween(100, 102);
      assertThat(sender.call.isReady()).isFalse();
    }
    rows.subList(sent, rows.size()).forEach(sender::send);
    assertThat(sender.finish()).isEqualTo(result(200, 0, 0));
  }

  private static boolean isSomebodyWaiting(Statement sql) throws SQLException {
    var waiting =
        sql.executeQuery(
            "select count(*) from pg_locks where not granted and database ="
                + " (select oid from pg_database where datname = current_database())");
    waiting.next();
    return waiting.getInt(1) > 0;
  }

  private static List<ImportProductsRequest> manyRows(int count, String sku) {
    return IntStream.range(0, count).mapToObj(i -> row(product("Row " + i, sku + i))).toList();
  }

  private static ImportProductsRequest row(Product product) {
    return ImportProductsRequest.newBuilder().setRequestId(newId()).setProduct(product).build();
  }

  private static ImportProductsResponse result(int created, int updated, int repeated) {
    return ImportProductsResponse.newBuilder()
        .setCreatedCount(created)
        .setUpdatedCount(updated)
        .setRepeatedCount(repeated)
        .build();
  }

  /** {@code "3 VIOLATED_FIELD product.title"}: row, reason and first field. */
  private static List<String> reasons(ImportProductsResponse result) {
    return result.getRowErrorsList().stream().map(ImportProductsTest::reason).toList();
  }

  private static String reason(ImportRowError error) {
    try {
      var text = new StringBuilder().append(error.getRow());
      for (var detail : error.getStatus().getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          text.append(' ').append(detail.unpack(ErrorInfo.class).getReason());
        } else if (detail.is(BadRequest.class)) {
          text.append(' ').append(detail.unpack(BadRequest.class).getFieldViolations(0).getField());
        }
      }
      return text.toString();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ImportProductsResponse send(ImportProductsRequest... rows) {
    return send(List.of(rows));
  }

  private static ImportProductsResponse send(List<ImportProductsRequest> rows) {
    var sender = new Sender();
    rows.forEach(sender::send);
    return sender.finish();
  }

  private static final class Sender
      implements ClientResponseObserver<ImportProductsRequest, ImportProductsResponse> {
    private final CompletableFuture<ImportProductsResponse> answer = new CompletableFuture<>();
    private ClientCallStreamObserver<ImportProductsRequest> call;

    Sender() {
      CatalogServiceGrpc.newStub(CATALOG.channel()).importProducts(this);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<ImportProductsRequest> call) {
      this.call = call;
    }

    void send(ImportProductsRequest row) {
      if (!answer.isDone()) {
        call.onNext(row);
      }
    }

    void leave() {
      call.cancel("left", null);
      assertThat(catchThrowable(answer::join)).isNotNull();
    }

    ImportProductsResponse finish() {
      if (!answer.isDone()) {
        call.onCompleted();
      }
      try {
        return answer.join();
      } catch (CompletionException e) {
        throw (RuntimeException) e.getCause();
      }
    }

    @Override
    public void onNext(ImportProductsResponse response) {
      answer.complete(response);
    }

    @Override
    public void onError(Throwable failure) {
      answer.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {}
  }
}
