package dev.emporion.bench;

import com.google.type.Money;
import dev.emporion.catalog.v1.CatalogServiceGrpc;
import dev.emporion.catalog.v1.CatalogServiceGrpc.CatalogServiceBlockingStub;
import dev.emporion.catalog.v1.CreateProductRequest;
import dev.emporion.catalog.v1.Price;
import dev.emporion.catalog.v1.Product;
import dev.emporion.catalog.v1.Variant;
import dev.emporion.inventory.v1.AdjustStockRequest;
import dev.emporion.inventory.v1.Availability;
import dev.emporion.inventory.v1.BatchGetAvailabilityRequest;
import dev.emporion.inventory.v1.CreateLocationRequest;
import dev.emporion.inventory.v1.InventoryServiceGrpc;
import dev.emporion.inventory.v1.InventoryServiceGrpc.InventoryServiceBlockingStub;
import dev.emporion.inventory.v1.Location;
import dev.emporion.inventory.v1.MovementReason;
import dev.emporion.inventory.v1.StockLevel;
import dev.emporion.pricing.v1.Destination;
import dev.emporion.pricing.v1.PricingServiceGrpc;
import dev.emporion.pricing.v1.PricingServiceGrpc.PricingServiceBlockingStub;
import dev.emporion.pricing.v1.QuoteRequest;
import dev.emporion.pricing.v1.QuoteRequestLine;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** What is sold under load: products of its own, with stock in two locations of its own. */
final class Wares {
  static final String CURRENCY = "EUR";
  static final String DELIVERY = "standard";
  static final String REGION = "DE";
  static final String POSTAL_CODE = "10115";

  private static final int PRODUCTS = 200;
  private static final int VARIANTS = 5;
  private static final int ENOUGH = 1_000_000;
  private static final List<String> LOCATIONS = List.of("bench-a", "bench-b");

  /** Part of every request id: another payload needs another one. */
  private static final String EDITION = "bench/1/";

  private static final Metadata.Key<String> CALLER =
      Metadata.Key.of("emporion-caller", Metadata.ASCII_STRING_MARSHALLER);

  private final CatalogServiceBlockingStub catalog;
  private final InventoryServiceBlockingStub inventory;
  private final PricingServiceBlockingStub pricing;

  /** One SKU, and what an order of one unit of it costs. */
  record Ware(String sku, Money total) {}

  /** All that is sold, each with its price, and the products by their ids. */
  record Stocked(List<Ware> wares, List<String> productIds) {}

  Wares(ManagedChannel channel) {
    Metadata headers = new Metadata();
    headers.put(CALLER, "merchant/bench");
    var merchant =
        ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    catalog = CatalogServiceGrpc.newBlockingStub(merchant);
    inventory = InventoryServiceGrpc.newBlockingStub(merchant);
    pricing = PricingServiceGrpc.newBlockingStub(channel);
  }

  /** Makes what is missing, receives stock where it became scarce, and asks for each price. */
  Stocked stock() {
    LOCATIONS.forEach(this::createLocation);
    var ids = new ArrayList<String>();
    var wares = new ArrayList<Ware>();
    for (int i = 0; i < PRODUCTS; i++) {
      Product product = createProduct(i);
      ids.add(product.getProductId());
      List<String> skus = product.getVariantsList().stream().map(Variant::getSku).toList();
      receive(skus);
      skus.forEach(sku -> wares.add(new Ware(sku, quote(sku))));
    }
    return new Stocked(wares, ids);
  }

  private void createLocation(String location) {
    inventory.createLocation(
        CreateLocationRequest.newBuilder()
            .setRequestId(id("location/" + location))
            .setLocation(
                Location.newBuilder()
                    .setLocationId(location)
                    .setDisplayName("Warehouse of the benchmark")
                    .setPriority(1 + LOCATIONS.indexOf(location)))
            .build());
  }

  private Product createProduct(int number) {
    var product =
        Product.newBuilder()
            .setTitle("Bench ware " + number)
            .setCategory("bench")
            .setDescription("Made by make bench, to be ordered under load. Nobody should want it.");
    for (int i = 0; i < VARIANTS; i++) {
      product.addVariants(
          Variant.newBuilder()
              .setSku("BENCH-%03d-%d".formatted(number, i))
              .setTitle("Size " + i)
              .setWeightGrams(200)
              .addPrices(
                  Price.newBuilder().setUnitPrice(price(5 + number % 40)).setMinQuantity(1)));
    }
    return catalog
        .createProduct(
            CreateProductRequest.newBuilder()
                .setRequestId(id("product/" + number))
                .setProduct(product)
                .build())
        .getProduct();
  }

  private static Money price(int euros) {
    return Money.newBuilder()
        .setCurrencyCode(CURRENCY)
        .setUnits(euros)
        .setNanos(900_000_000)
        .build();
  }

  private void receive(List<String> skus) {
    var request = BatchGetAvailabilityRequest.newBuilder().addAllSkus(skus).build();
    for (Availability found : inventory.batchGetAvailability(request).getAvailabilitiesList()) {
      for (String location : LOCATIONS) {
        if (available(found, location) < ENOUGH) {
          receive(found.getSku(), location);
        }
      }
    }
  }

  private static int available(Availability found, String location) {
    return found.getStockLevelsList().stream()
        .filter(level -> level.getLocationId().equals(location))
        .mapToInt(StockLevel::getAvailable)
        .sum();
  }

  private void receive(String sku, String location) {
    inventory.adjustStock(
        AdjustStockRequest.newBuilder()
            .setRequestId(UUID.randomUUID().toString())
            .setSku(sku)
            .setLocationId(location)
            .setQuantity(ENOUGH)
            .setReason(MovementReason.MOVEMENT_REASON_RECEIVED)
            .build());
  }

  private Money quote(String sku) {
    return pricing
        .quote(
            QuoteRequest.newBuilder()
                .setCurrencyCode(CURRENCY)
                .addLines(QuoteRequestLine.newBuilder().setSku(sku).setQuantity(1))
                .setDestination(
                    Destination.newBuilder().setRegionCode(REGION).setPostalCode(POSTAL_CODE))
                .setDeliveryOption(DELIVERY)
                .build())
        .getQuote()
        .getTotal();
  }

  private static String id(String name) {
    return UUID.nameUUIDFromBytes((EDITION + name).getBytes(StandardCharsets.UTF_8)).toString();
  }
}
