package dev.emporion.mesh.shop;

import dev.emporion.catalog.v1.CreateProductRequest;
import dev.emporion.catalog.v1.Product;
import dev.emporion.inventory.v1.AdjustStockRequest;
import dev.emporion.inventory.v1.Availability;
import dev.emporion.inventory.v1.BatchGetAvailabilityRequest;
import dev.emporion.inventory.v1.CreateLocationRequest;
import dev.emporion.inventory.v1.Location;
import dev.emporion.inventory.v1.MovementReason;
import dev.emporion.shipping.v1.CreateZoneRequest;
import dev.emporion.shipping.v1.DeliveryOption;
import dev.emporion.shipping.v1.Rate;
import dev.emporion.shipping.v1.Zone;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Fills a new shop with a small assortment, stock and delivery rates, once. Every request has an id
 * of its own that stays the same, so an interrupted seed is finished by the next one.
 */
public final class Seed {
  private static final String MERCHANT = "merchant/seed";
  private static final int UNITS_PER_LOCATION = 10_000;
  private static final int AT_ONCE = 8;

  private static final Map<String, String> LOCATIONS =
      Map.of("berlin", "Warehouse Berlin", "lyon", "Warehouse Lyon");

  private static final List<String> EUROPE =
      List.of(
          "AT", "BE", "BG", "CH", "CY", "CZ", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU",
          "IE", "IT", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK");

  private final Shop shop;

  public Seed(Shop shop) {
    this.shop = shop.as(MERCHANT);
  }

  /** Returns what was done, for people. */
  public String sow() {
    List<String> missing = skusWithoutStock();
    if (missing.isEmpty()) {
      return "seeded before";
    }
    zones().forEach(this::createZone);
    LOCATIONS.keySet().stream().sorted().forEach(this::createLocation);
    List<Product> products = Assortment.products();
    atOnce(products, this::createProduct);
    // Stock comes last: where it is, all else is.
    atOnce(missing, sku -> LOCATIONS.keySet().forEach(location -> receive(sku, location)));
    return "%d products, %d SKUs, %d locations"
        .formatted(products.size(), missing.size(), LOCATIONS.size());
  }

  /** A fresh service answers slowly, and a couple of hundred requests one by one take long. */
  private static <T> void atOnce(List<T> things, Consumer<T> work) {
    try (ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Callable<Object>> tasks = new ArrayList<>();
      things.forEach(thing -> tasks.add(Executors.callable(() -> work.accept(thing))));
      for (Future<Object> done : workers.invokeAll(tasks)) {
        done.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof StatusRuntimeException refused
          ? refused
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while seeding", e);
    }
  }

  private List<String> skusWithoutStock() {
    return shop
        .inventory()
        .batchGetAvailability(
            BatchGetAvailabilityRequest.newBuilder().addAllSkus(Assortment.skus()).build())
        .getAvailabilitiesList()
        .stream()
        .filter(availability -> availability.getStockLevelsCount() < LOCATIONS.size())
        .map(Availability::getSku)
        .toList();
  }

  private void createZone(Zone zone) {
    shop.shipping()
        .createZone(
            CreateZoneRequest.newBuilder()
                .setRequestId(id("zone", zone.getZoneId()))
                .setZone(zone)
                .build());
  }

  private void createLocation(String location) {
    shop.inventory()
        .createLocation(
            CreateLocationRequest.newBuilder()
                .setRequestId(id("location", location))
                .setLocation(
                    Location.newBuilder()
                        .setLocationId(location)
                        .setDisplayName(LOCATIONS.get(location))
                        .setPriority(location.equals("berlin") ? 1 : 2))
                .build());
  }

  private void createProduct(Product product) {
    shop.catalog()
        .createProduct(
            CreateProductRequest.newBuilder()
                .setRequestId(id("product", product.getVariants(0).getSku()))
                .setProduct(product)
                .build());
  }

  private void receive(String sku, String location) {
    shop.inventory()
        .adjustStock(
            AdjustStockRequest.newBuilder()
                .setRequestId(id("stock", sku + "@" + location))
                .setSku(sku)
                .setLocationId(location)
                .setQuantity(UNITS_PER_LOCATION)
                .setReason(MovementReason.MOVEMENT_REASON_RECEIVED)
                .setNote("first stock of the example shop")
                .build());
  }

  private static List<Zone> zones() {
    return List.of(
        zone("germany", "Germany", List.of("DE"))
            .addOptions(option("standard", "Standard", 2, "4.90", "5.20", "760", "2.000"))
            .addOptions(option("express", "Express", 1, "9.90", "10.50", "1540", "4.040"))
            .build(),
        zone("europe", "Europe", EUROPE)
            .addOptions(option("standard", "Standard", 6, "9.90", "10.50", "1540", "4.040"))
            .addOptions(option("express", "Express", 3, "24.90", "26.50", "3885", "10.150"))
            .build(),
        zone("world", "Everywhere else", List.of("*"))
            .addOptions(option("standard", "Standard", 14, "19.90", "21.20", "3105", "8.115"))
            .addOptions(option("express", "Express", 5, "49.90", "53.20", "7785", "20.345"))
            .build());
  }

  private static Zone.Builder zone(String zoneId, String name, List<String> regions) {
    return Zone.newBuilder().setZoneId(zoneId).setDisplayName(name).addAllRegions(regions);
  }

  private static DeliveryOption option(
      String code, String name, int days, String eur, String usd, String jpy, String bhd) {
    return DeliveryOption.newBuilder()
        .setDeliveryOption(code)
        .setDisplayName(name)
        .setMinDays(days / 2 + 1)
        .setMaxDays(days + 1)
        .addRates(rate("EUR", eur))
        .addRates(rate("USD", usd))
        .addRates(rate("JPY", jpy))
        .addRates(rate("BHD", bhd))
        .build();
  }

  private static Rate rate(String currency, String price) {
    return Rate.newBuilder().setPrice(Amounts.money(currency, price)).build();
  }

  private static String id(String kind, String name) {
    byte[] text = ("seed/" + kind + "/" + name).getBytes(StandardCharsets.UTF_8);
    return UUID.nameUUIDFromBytes(text).toString();
  }
}
