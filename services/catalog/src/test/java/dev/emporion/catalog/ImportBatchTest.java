package dev.emporion.catalog;

import static dev.emporion.catalog.ProductTest.details;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.catalog.ChangeStore.Change;
import dev.emporion.catalog.ImportBatch.Row;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Failure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ImportBatchTest {
  private static final Instant NOW = Instant.parse("2026-03-01T08:00:00Z");
  private static final Product CUPS =
      Product.create(new UUID(0, 1), details("Cups", "CUP-A", "CUP-B"), NOW);
  private static final Product HATS = Product.create(new UUID(0, 2), details("Hats", "HAT"), NOW);

  @Test
  void aRowWithKnownSkusReplacesTheirProductAndOtherRowsMakeOne() {
    ImportBatch batch = plan(rows(details("Mugs", "MUG"), details("New cups", "CUP-B", "CUP-C")));

    assertThat(batch.size()).isEqualTo(2);
    assertThat(batch.refusals()).isEmpty();
    assertThat(batch.changes()).extracting(Change::before).containsExactly(null, CUPS);
    Product cups = batch.changes().getLast().after();
    assertThat(cups.productId()).isEqualTo(CUPS.productId());
    assertThat(cups.version()).isEqualTo(2);
    assertThat(cups.details().skus()).containsExactly("CUP-B", "CUP-C");
  }

  @Test
  void aRowThatMeetsAnEarlierOneWaitsForTheNextBatch() {
    Product.Details mugs = details("Mugs", "MUG");
    assertThat(plan(rows(mugs, details("Same SKU", "MUG"))).size()).isEqualTo(1);
    assertThat(plan(rows(details("A", "CUP-A"), details("Same product", "CUP-B"))).size())
        .isEqualTo(1);
    Row row = row(1, mugs);
    Row sameRequest = new Row(2, row.claim(), details("Rugs", "RUG"));
    assertThat(plan(List.of(row, sameRequest)).size()).isEqualTo(1);
  }

  @Test
  void aSkuOfAnotherProductIsRefusedAndHoldsNothingUp() {
    ImportBatch batch =
        plan(rows(details("Cups and hats", "CUP-A", "HAT"), details("Cups", "CUP-A")));

    assertThat(batch.size()).isEqualTo(2);
    assertThat(batch.changes()).hasSize(1);
    assertThat(batch.refusals().values()).extracting(Failure::reason).containsExactly("SKU_TAKEN");
  }

  @Test
  void aRowAppliedBeforeIsCountedAndAnotherPayloadRefused() {
    Row again = row(1, details("Mugs", "MUG"));
    Row other = row(2, details("Mugs", "MUG"));
    var applied =
        Map.of(
            again.claim().requestId(),
            again.claim().payloadHash(),
            other.claim().requestId(),
            new byte[] {7});

    ImportBatch batch =
        ImportBatch.plan(List.of(again, other), applied, List.of(), UUID::randomUUID, NOW);

    assertThat(batch.repeated()).isEqualTo(1);
    assertThat(batch.changes()).isEmpty();
    assertThat(batch.refusals().get(other).reason()).isEqualTo("REQUEST_ID_REUSED");
  }

  @Test
  void aRowThatChangesNothingIsAppliedWithoutAChange() {
    ImportBatch batch = plan(rows(CUPS.details()));

    assertThat(batch.changes().getFirst().after()).isSameAs(CUPS);
  }

  private static ImportBatch plan(List<Row> rows) {
    return ImportBatch.plan(rows, Map.of(), List.of(CUPS, HATS), UUID::randomUUID, NOW);
  }

  private static List<Row> rows(Product.Details... details) {
    return IntStream.range(0, details.length)
        .mapToObj(i -> row(i + 1, details[i]))
        .collect(ArrayList::new, List::add, List::addAll);
  }

  private static Row row(int number, Product.Details details) {
    byte[] hash = {(byte) number};
    return new Row(number, new Claim("guest", "Import", UUID.randomUUID(), hash), details);
  }
}
