package dev.emporion.catalog;

import dev.emporion.catalog.v1.ErrorReason;
import dev.emporion.platform.Failure;
import io.grpc.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A thing for sale. Each change makes the next version, which is also the number of its event.
 *
 * @param version from 1, without gaps
 */
record Product(
    UUID productId,
    int version,
    State state,
    Details details,
    Instant createTime,
    Instant updateTime) {

  /** Whether it is for sale. */
  enum State {
    ACTIVE,
    ARCHIVED
  }

  /** What a merchant decides about a product. */
  record Details(String title, String description, String category, List<Variant> variants) {

    /** Refuses what no bound of a single field can tell. */
    Details {
      var skus = new HashSet<String>();
      for (int i = 0; i < variants.size(); i++) {
        String path = "product.variants[" + i + "]";
        String sku = variants.get(i).sku();
        if (!skus.add(sku)) {
          throw Variant.invalid(path + ".sku", sku + " is here twice");
        }
        variants.get(i).check(path);
      }
    }

    List<String> skus() {
      return variants.stream().map(Variant::sku).toList();
    }

    /** The words by which a search finds it although they are misspelt. */
    Collection<String> words() {
      var texts = new ArrayList<>(List.of(title, title.replace("-", ""), category, description));
      variants.forEach(variant -> texts.add(variant.title()));
      return Words.of(texts);
    }

    /** What of the variants a search looks at. */
    String variantWords() {
      return variants.stream()
          .map(variant -> variant.sku() + " " + variant.title())
          .collect(Collectors.joining(" "));
    }
  }

  static Product create(UUID productId, Details details, Instant now) {
    return new Product(productId, 1, State.ACTIVE, details, now, now);
  }

  /** The product with other details; itself when they are the same, for then nothing happened. */
  Product edit(Details changed, Instant now) {
    if (state == State.ARCHIVED) {
      throw Failure.of(
              Status.Code.FAILED_PRECONDITION,
              ErrorReason.ERROR_REASON_PRODUCT_ARCHIVED,
              "product " + productId + " is archived and cannot be changed")
          .meta("product_id", productId.toString());
    }
    return changed.equals(details)
        ? this
        : new Product(productId, version + 1, state, changed, createTime, now);
  }

  /** The product off sale; itself when it is so already. */
  Product archive(Instant now) {
    return state == State.ARCHIVED
        ? this
        : new Product(productId, version + 1, State.ARCHIVED, details, createTime, now);
  }

  /** What a reader gets, and sends back to say what it has seen. */
  String etag() {
    return Integer.toString(version);
  }

  /** Refuses when the caller has seen another version; an empty etag means any. */
  void requireEtag(String seen) {
    if (!seen.isEmpty() && !seen.equals(etag())) {
      throw Failure.of(
              Status.Code.ABORTED,
              dev.emporion.common.v1.ErrorReason.ERROR_REASON_ETAG_MISMATCH,
              "product " + productId + " has changed since it was read; read it again")
          .meta("product_id", productId.toString());
    }
  }

  static Failure notFound(UUID productId) {
    return Failure.of(
            Status.Code.NOT_FOUND,
            ErrorReason.ERROR_REASON_PRODUCT_NOT_FOUND,
            "no product has the id " + productId)
        .meta("product_id", productId.toString());
  }

  static Failure skuTaken(String sku) {
    return Failure.of(
            Status.Code.ALREADY_EXISTS,
            ErrorReason.ERROR_REASON_SKU_TAKEN,
            "another product has a variant with the SKU " + sku)
        .meta("sku", sku);
  }
}
