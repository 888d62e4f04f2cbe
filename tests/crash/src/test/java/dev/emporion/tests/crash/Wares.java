package dev.emporion.tests.crash;

import dev.emporion.catalog.v1.CatalogServiceGrpc.CatalogServiceBlockingStub;
import dev.emporion.catalog.v1.CreateProductRequest;
import dev.emporion.catalog.v1.Price;
import dev.emporion.catalog.v1.Product;
import dev.emporion.catalog.v1.Variant;
import dev.emporion.common.v1.PostalAddress;
import dev.emporion.inventory.v1.AdjustStockRequest;
import dev.emporion.inventory.v1.CreateLocationRequest;
import dev.emporion.inventory.v1.InventoryServiceGrpc.InventoryServiceBlockingStub;
import dev.emporion.inventory.v1.Location;
import dev.emporion.inventory.v1.MovementReason;
import dev.emporion.platform.Money;
import dev.emporion.shipping.v1.CreateZoneRequest;
import dev.emporion.shipping.v1.DeliveryOption;
import dev.emporion.shipping.v1.Rate;
import dev.emporion.shipping.v1.ShippingServiceGrpc.ShippingServiceBlockingStub;
import dev.emporion.shipping.v1.Zone;
import java.util.List;
import java.util.UUID;

/**
 * What a cell sells: mugs and tea without end, one thing that has still to come in, and one that is
 * sold out.
 */
record Wares(
    CatalogServiceBlockingStub catalog,
    InventoryServiceBlockingStub inventory,
    ShippingServiceBlockingStub shipping) {
  static final String MUG = "MUG";
  static final String TEA = "TEA";
  static final String TO_COME = "TO-COME";
  static final String SOLD_OUT = "SOLD-OUT";
  static final String LOCATION = "berlin";
  static final String DELIVERY = "standard";
  static final PostalAddress HOME =
      PostalAddress.newBuilder()
          .setRecipient("Ada")
          .addAddressLines("1 Main Street")
          .setLocality("Berlin")
          .setPostalCode("10115")
          .setRegionCode("DE")
          .build();

  private static final int PLENTY = 1_000_000;

  void provide() {
    inventory.createLocation(
        CreateLocationRequest.newBuilder()
            .setRequestId(newId())
            .setLocation(Location.newBuilder().setLocationId(LOCATION).setDisplayName("Berlin"))
            .build());
    for (String sku : List.of(MUG, TEA, TO_COME, SOLD_OUT)) {
      catalog.createProduct(
          CreateProductRequest.newBuilder().setRequestId(newId()).setProduct(product(sku)).build());
    }
    stock(inventory, MUG, PLENTY);
    stock(inventory, TEA, PLENTY);
    shipping.createZone(
        CreateZoneRequest.newBuilder().setRequestId(newId()).setZone(germany()).build());
  }

  static void stock(InventoryServiceBlockingStub inventory, String sku, int units) {
    inventory.adjustStock(
        AdjustStockRequest.newBuilder()
            .setRequestId(newId())
            .setSku(sku)
            .setLocationId(LOCATION)
            .setQuantity(units)
            .setReason(MovementReason.MOVEMENT_REASON_RECEIVED)
            .build());
  }

  private static Product product(String sku) {
    return Product.newBuilder()
        .setTitle(sku)
        .addVariants(
            Variant.newBuilder()
                .setSku(sku)
                .setTitle(sku)
                .setWeightGrams(380)
                .setTaxCategory("standard")
                .setAllowBackorder(sku.equals(TO_COME))
                .addPrices(Price.newBuilder().setUnitPrice(euros(1291)).setMinQuantity(1)))
        .build();
  }

  private static Zone germany() {
    return Zone.newBuilder()
        .setZoneId("germany")
        .setDisplayName("Germany")
        .addRegions("DE")
        .addOptions(
            DeliveryOption.newBuilder()
                .setDeliveryOption(DELIVERY)
                .setDisplayName("Standard")
                .addRates(Rate.newBuilder().setPrice(euros(491))))
        .build();
  }

  private static com.google.type.Money euros(long cents) {
    return new Money("EUR", cents).toProto();
  }

  static String newId() {
    return UUID.randomUUID().toString();
  }
}
