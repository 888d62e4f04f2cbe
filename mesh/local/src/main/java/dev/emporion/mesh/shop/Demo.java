package dev.emporion.mesh.shop;

import com.google.protobuf.FieldMask;
import dev.emporion.carts.v1.Cart;
import dev.emporion.catalog.v1.ArchiveProductRequest;
import dev.emporion.catalog.v1.CreateProductRequest;
import dev.emporion.catalog.v1.Price;
import dev.emporion.catalog.v1.Product;
import dev.emporion.catalog.v1.SearchHit;
import dev.emporion.catalog.v1.SearchProductsRequest;
import dev.emporion.catalog.v1.UpdateProductRequest;
import dev.emporion.catalog.v1.Variant;
import dev.emporion.inventory.v1.AdjustStockRequest;
import dev.emporion.inventory.v1.BatchGetAvailabilityRequest;
import dev.emporion.inventory.v1.MovementReason;
import dev.emporion.orders.v1.CancelOrderRequest;
import dev.emporion.orders.v1.Order;
import dev.emporion.payments.v1.GetPaymentRequest;
import dev.emporion.payments.v1.ListLedgerEntriesRequest;
import dev.emporion.payments.v1.Payment;
import dev.emporion.pricing.v1.Quote;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Locale;

/** A shopper's and a merchant's story, told while it happens in the running shop. */
public final class Demo {
  private static final int STOCK = 3;

  private final Shop shop;
  private final Shop merchant;
  private final Buyer shopper;
  private final Story story = new Story(System.out);

  private Demo(Shop shop) {
    this.shop = shop;
    this.merchant = shop.as("merchant/demo");
    this.shopper = new Buyer(shop);
  }

  public static void tell(String address) {
    try (Shop shop = Shop.at(address)) {
      new Demo(shop).tell();
    }
  }

  private void tell() {
    searchAndQuote();
    Product poster = merchantAddsAPoster();
    Order order = priceChangesUnderTheShopper(poster);
    moneyAndStock(order);
    declinedCard(poster);
    moreThanThereIs(poster);
    changeOfMind(order);
    merchant
        .catalog()
        .archiveProduct(
            ArchiveProductRequest.newBuilder()
                .setRequestId(Buyer.newId())
                .setProductId(poster.getProductId())
                .build());
    step("The merchant takes the poster off sale. The orders that hold it stay as they are.");
    new OrderLife(shop, story).tell();
  }

  private void searchAndQuote() {
    step("A shopper looks for \"espreso cup\", with a typing error:");
    shop
        .catalog()
        .searchProducts(
            SearchProductsRequest.newBuilder().setQuery("espreso cup").setPageSize(3).build())
        .getHitsList()
        .stream()
        .map(SearchHit::getProduct)
        .forEach(product -> say("%s (%s)", product.getTitle(), product.getVariants(0).getSku()));
    step("Two mugs and a teapot, in euro, yen and dinar, which have 2, 0 and 3 decimals:");
    for (String currency : List.of("EUR", "JPY", "BHD")) {
      Quote quote =
          shopper.quote(
              shopper.fillCart(
                  currency, List.of(Buyer.line("MUG-BLUE", 2), Buyer.line("TEAPOT-RED", 1))));
      say(
          "%s, of it delivery %s and tax %s",
          Amounts.text(quote.getTotal()),
          Amounts.text(quote.getDelivery().getPrice()),
          Amounts.text(quote.getTaxTotal()));
    }
  }

  private Product merchantAddsAPoster() {
    String sku = "POSTER-" + Long.toString(System.currentTimeMillis(), 36).toUpperCase(Locale.ROOT);
    Product poster =
        merchant
            .catalog()
            .createProduct(
                CreateProductRequest.newBuilder()
                    .setRequestId(Buyer.newId())
                    .setProduct(
                        Product.newBuilder()
                            .setTitle("Poster of the day")
                            .setCategory("paper/posters")
                            .addVariants(variant(sku, "25.00")))
                    .build())
            .getProduct();
    merchant
        .inventory()
        .adjustStock(
            AdjustStockRequest.newBuilder()
                .setRequestId(Buyer.newId())
                .setSku(sku)
                .setLocationId("berlin")
                .setQuantity(STOCK)
                .setReason(MovementReason.MOVEMENT_REASON_RECEIVED)
                .build());
    step("A merchant adds a poster for EUR 25.00 and receives %d of it (%s).", STOCK, sku);
    return poster;
  }

  private static Variant variant(String sku, String euros) {
    return Variant.newBuilder()
        .setSku(sku)
        .setTitle("50 x 70 cm")
        .setWeightGrams(200)
        .addPrices(Price.newBuilder().setUnitPrice(Amounts.money("EUR", euros)).setMinQuantity(1))
        .build();
  }

  private Order priceChangesUnderTheShopper(Product poster) {
    Cart cart = cartWith(poster, 1);
    Quote seen = shopper.quote(cart);
    step("The shopper puts one into the cart and sees %s.", Amounts.text(seen.getTotal()));
    merchant
        .catalog()
        .updateProduct(
            UpdateProductRequest.newBuilder()
                .setRequestId(Buyer.newId())
                .setProduct(
                    Product.newBuilder()
                        .setProductId(poster.getProductId())
                        .addVariants(variant(sku(poster), "27.50")))
                .setUpdateMask(FieldMask.newBuilder().addPaths("variants"))
                .build());
    step("The merchant raises the price to EUR 27.50; then the shopper orders at the old one:");
    try {
      shopper.place(cart, seen, "tok_ok");
    } catch (StatusRuntimeException e) {
      say("%s", e.getMessage());
    }
    Order order = shopper.awaitDecision(shopper.place(cart, shopper.quote(cart), "tok_ok"));
    step("With the new total it goes through:");
    say("%s", Buyer.summary(order));
    return order;
  }

  private void moneyAndStock(Order order) {
    step("The money is held, not taken yet; the poster is promised:");
    Payment payment = payment(order);
    say("payment %s of %s", payment.getState(), Amounts.text(payment.getAmount()));
    merchant
        .payments()
        .listLedgerEntries(
            ListLedgerEntriesRequest.newBuilder()
                .setFilter("payment_id = \"%s\"".formatted(order.getPaymentId()))
                .build())
        .getLedgerEntriesList()
        .forEach(
            entry ->
                say("ledger: %-26s %10s", entry.getAccount(), Amounts.text(entry.getAmount())));
    say("stock: %d of %d available", available(order.getLines(0).getSku()), STOCK);
  }

  private void declinedCard(Product poster) {
    Cart cart = cartWith(poster, 1);
    Order order = shopper.awaitDecision(shopper.place(cart, shopper.quote(cart), "tok_declined"));
    step("Another shopper's card is declined; the poster it held is free again:");
    say("%s: %s", Buyer.summary(order), order.getRejection().getMessage());
    say("stock: %d available", available(sku(poster)));
  }

  private void moreThanThereIs(Product poster) {
    Cart cart = cartWith(poster, STOCK);
    Order order = shopper.awaitDecision(shopper.place(cart, shopper.quote(cart), "tok_ok"));
    step(
        "Somebody wants all %d. One is promised already, so they get none and pay nothing:", STOCK);
    say("%s: %s", Buyer.summary(order), order.getRejection().getMessage());
  }

  private void changeOfMind(Order order) {
    Order cancelled =
        shop.orders()
            .cancelOrder(
                CancelOrderRequest.newBuilder()
                    .setRequestId(Buyer.newId())
                    .setOrderId(order.getOrderId())
                    .setReason("a change of mind")
                    .build())
            .getOrder();
    step("The first shopper cancels; money and stock are given back:");
    say("order %s, payment %s", Buyer.state(cancelled), payment(order).getState());
    say("stock: %d available", available(order.getLines(0).getSku()));
  }

  private Cart cartWith(Product poster, int quantity) {
    return shopper.fillCart("EUR", List.of(Buyer.line(sku(poster), quantity)));
  }

  private Payment payment(Order order) {
    return merchant
        .payments()
        .getPayment(GetPaymentRequest.newBuilder().setPaymentId(order.getPaymentId()).build())
        .getPayment();
  }

  private int available(String sku) {
    return merchant
        .inventory()
        .batchGetAvailability(BatchGetAvailabilityRequest.newBuilder().addSkus(sku).build())
        .getAvailabilities(0)
        .getAvailable();
  }

  private static String sku(Product product) {
    return product.getVariants(0).getSku();
  }

  private void step(String text, Object... values) {
    story.step(text, values);
  }

  private void say(String text, Object... values) {
    story.say(text, values);
  }
}
