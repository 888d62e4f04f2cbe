package dev.emporion.together;

import dev.emporion.carts.CartsConfig;
import dev.emporion.catalog.CatalogConfig;
import dev.emporion.inventory.InventoryConfig;
import dev.emporion.orders.OrdersConfig;
import dev.emporion.payments.PaymentsConfig;
import dev.emporion.platform.ServerConfig;
import dev.emporion.platform.Settings;
import dev.emporion.pricing.PricingConfig;
import dev.emporion.shipping.ShippingConfig;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The settings of every service: each under its own name, but for those of its database, which
 * begin with the service ({@code CARTS_DATABASE_URL}); where the services find each other is
 * decided here.
 */
record TogetherConfig(
    ServerConfig server,
    CatalogConfig catalog,
    InventoryConfig inventory,
    CartsConfig carts,
    OrdersConfig orders,
    PaymentsConfig payments,
    PricingConfig pricing,
    ShippingConfig shipping) {
  private static final String DATABASE = "DATABASE_";

  /** The gateway's, when there is one. */
  private static final String LISTEN_ADDRESS = "127.0.0.1:8080";

  private static final Map<String, String> ADDRESSES =
      Stream.of("catalog", "inventory", "carts", "pricing", "orders", "payments", "shipping")
          .collect(
              Collectors.toUnmodifiableMap(
                  service -> service.toUpperCase(Locale.ROOT) + "_ADDRESS",
                  service -> "inprocess:" + service));

  static TogetherConfig read(Settings settings) {
    return new TogetherConfig(
        ServerConfig.read(settings, LISTEN_ADDRESS),
        CatalogConfig.read(of("catalog", settings)),
        InventoryConfig.read(of("inventory", settings)),
        CartsConfig.read(of("carts", settings)),
        OrdersConfig.read(of("orders", settings)),
        PaymentsConfig.read(of("payments", settings)),
        PricingConfig.read(of("pricing", settings)),
        ShippingConfig.read(of("shipping", settings)));
  }

  static Settings of(String service, Settings settings) {
    String prefix = service.toUpperCase(Locale.ROOT) + "_";
    return settings.within(name -> name.startsWith(DATABASE) ? prefix + name : name, ADDRESSES);
  }
}
