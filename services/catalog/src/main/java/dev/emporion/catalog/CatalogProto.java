package dev.emporion.catalog;

import com.google.protobuf.Timestamp;
import dev.emporion.catalog.v1.GetProductRequest;
import dev.emporion.catalog.v1.ProductEvent;
import dev.emporion.catalog.v1.ProductState;
import dev.emporion.platform.Money;
import dev.emporion.platform.Validation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Between the contract's messages and our records. */
final class CatalogProto {
  /** What UpdateProduct can change. */
  static final Set<String> MUTABLE = Set.of("title", "description", "category", "variants");

  private CatalogProto() {}

  static dev.emporion.catalog.v1.Product product(Product product) {
    var details = product.details();
    var proto =
        dev.emporion.catalog.v1.Product.newBuilder()
            .setProductId(product.productId().toString())
            .setTitle(details.title())
            .setDescription(details.description())
            .setCategory(details.category())
            .setState(state(product.state()))
            .setCreateTime(timestamp(product.createTime()))
            .setUpdateTime(timestamp(product.updateTime()))
            .setEtag(product.etag());
    for (Variant variant : details.variants()) {
      proto.addVariants(variant(variant, proto.getProductId(), details.title()));
    }
    return proto.build();
  }

  private static dev.emporion.catalog.v1.Variant variant(
      Variant variant, String productId, String productTitle) {
    var proto =
        dev.emporion.catalog.v1.Variant.newBuilder()
            .setSku(variant.sku())
            .setTitle(variant.title())
            .setWeightGrams(variant.weightGrams())
            .setTaxCategory(variant.taxCategory())
            .setAllowBackorder(variant.allowBackorder())
            .setProductId(productId)
            .setProductTitle(productTitle);
    for (Price price : variant.prices()) {
      proto.addPrices(
          dev.emporion.catalog.v1.Price.newBuilder()
              .setUnitPrice(price.unitPrice().toProto())
              .setMinQuantity(price.minQuantity()));
    }
    return proto.build();
  }

  static dev.emporion.catalog.v1.Variant variant(CatalogStore.Offer offer) {
    return variant(offer.variant(), offer.productId().toString(), offer.productTitle());
  }

  static ProductEvent event(Product product) {
    return ProductEvent.newBuilder()
        .setSequence(product.version())
        .setOccurTime(timestamp(product.updateTime()))
        .setProduct(product(product))
        .build();
  }

  /** The id in a product that no interceptor has checked. */
  static UUID productId(dev.emporion.catalog.v1.Product proto) {
    String productId = proto.getProductId();
    Validation.check(GetProductRequest.newBuilder().setProductId(productId).build(), "product");
    return UUID.fromString(productId);
  }

  /** A field that lists are sorted by. */
  static Object field(Product product, String name) {
    return switch (name) {
      case "title" -> product.details().title();
      case "create_time" -> product.createTime();
      case "update_time" -> product.updateTime();
      case "product_id" -> product.productId();
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** What a merchant says about a product, in a request's field {@code product}. */
  static Product.Details details(dev.emporion.catalog.v1.Product proto) {
    var variants = new ArrayList<Variant>();
    for (int i = 0; i < proto.getVariantsCount(); i++) {
      var variant = proto.getVariants(i);
      variants.add(
          new Variant(
              variant.getSku(),
              variant.getTitle(),
              prices(variant, "product.variants[" + i + "].prices"),
              variant.getWeightGrams(),
              variant.getTaxCategory(),
              variant.getAllowBackorder()));
    }
    return new Product.Details(
        proto.getTitle(), proto.getDescription(), proto.getCategory(), List.copyOf(variants));
  }

  private static List<Price> prices(dev.emporion.catalog.v1.Variant variant, String path) {
    var prices = new ArrayList<Price>();
    for (int i = 0; i < variant.getPricesCount(); i++) {
      var price = variant.getPrices(i);
      var unitPrice = Money.fromProto(price.getUnitPrice(), path + "[" + i + "].unit_price");
      prices.add(new Price(unitPrice, price.getMinQuantity()));
    }
    return List.copyOf(prices);
  }

  /** The stored product with the named fields as they were sent. */
  static dev.emporion.catalog.v1.Product merge(
      Product stored, dev.emporion.catalog.v1.Product sent, Set<String> paths) {
    var merged = product(stored).toBuilder();
    for (String path : paths) {
      switch (path) {
        case "title" -> merged.setTitle(sent.getTitle());
        case "description" -> merged.setDescription(sent.getDescription());
        case "category" -> merged.setCategory(sent.getCategory());
        case "variants" -> merged.clearVariants().addAllVariants(sent.getVariantsList());
        default -> throw new IllegalArgumentException(path);
      }
    }
    return merged.build();
  }

  private static ProductState state(Product.State state) {
    return switch (state) {
      case ACTIVE -> ProductState.PRODUCT_STATE_ACTIVE;
      case ARCHIVED -> ProductState.PRODUCT_STATE_ARCHIVED;
    };
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }
}
