package dev.emporion.pricing;

import dev.emporion.catalog.v1.BatchGetVariantsRequest;
import dev.emporion.catalog.v1.BatchGetVariantsResponse;
import dev.emporion.platform.Money;
import dev.emporion.pricing.v1.AppliedPromotion;
import dev.emporion.pricing.v1.QuoteRequest;
import dev.emporion.pricing.v1.QuoteRequestLine;
import dev.emporion.pricing.v1.QuotedDelivery;
import dev.emporion.pricing.v1.QuotedLine;
import dev.emporion.shipping.v1.DeliveryQuote;
import dev.emporion.shipping.v1.QuoteShippingRequest;
import dev.emporion.shipping.v1.QuoteShippingResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Quotes between contract and domain, and what is asked of catalog and shipping for them. */
final class PricingProto {

  private PricingProto() {}

  /** Units by SKU, in the order asked for. */
  static Map<String, Integer> wanted(QuoteRequest request) {
    var wanted = new LinkedHashMap<String, Integer>();
    for (QuoteRequestLine line : request.getLinesList()) {
      wanted.put(line.getSku(), line.getQuantity());
    }
    return wanted;
  }

  static BatchGetVariantsRequest variantsRequest(QuoteRequest request) {
    return BatchGetVariantsRequest.newBuilder()
        .addAllSkus(request.getLinesList().stream().map(QuoteRequestLine::getSku).toList())
        .build();
  }

  static Map<String, Variant> variants(BatchGetVariantsResponse response) {
    return response.getVariantsList().stream()
        .map(PricingProto::variant)
        .collect(Collectors.toMap(Variant::sku, Function.identity()));
  }

  private static Variant variant(dev.emporion.catalog.v1.Variant variant) {
    List<Variant.Price> prices =
        variant.getPricesList().stream()
            .map(
                price ->
                    new Variant.Price(
                        Money.fromProto(price.getUnitPrice()), price.getMinQuantity()))
            .toList();
    return new Variant(
        variant.getSku(),
        title(variant),
        prices,
        variant.getWeightGrams(),
        variant.getTaxCategory(),
        variant.getAllowBackorder());
  }

  private static String title(dev.emporion.catalog.v1.Variant variant) {
    return variant.getTitle().isEmpty()
        ? variant.getProductTitle()
        : variant.getProductTitle() + ", " + variant.getTitle();
  }

  static QuoteShippingRequest shippingRequest(QuoteRequest request, Basket basket) {
    return QuoteShippingRequest.newBuilder()
        .setRegionCode(request.getDestination().getRegionCode())
        .setAdministrativeArea(request.getDestination().getAdministrativeArea())
        .setWeightGrams(basket.weightGrams())
        .setSubtotal(basket.net().toProto())
        .build();
  }

  static List<Quote.Delivery> deliveries(QuoteShippingResponse response) {
    return response.getOptionsList().stream().map(PricingProto::delivery).toList();
  }

  private static Quote.Delivery delivery(DeliveryQuote option) {
    return new Quote.Delivery(
        option.getDeliveryOption(),
        option.getDisplayName(),
        Money.fromProto(option.getPrice()),
        option.getMinDays(),
        option.getMaxDays());
  }

  static dev.emporion.pricing.v1.Quote toProto(Quote quote) {
    var proto =
        dev.emporion.pricing.v1.Quote.newBuilder()
            .setCurrencyCode(quote.basket().currency())
            .setSubtotal(quote.basket().subtotal().toProto())
            .setDiscountTotal(quote.basket().discountTotal().toProto())
            .setTaxTotal(quote.taxTotal().toProto())
            .setTotal(quote.total().toProto())
            .setPricesIncludeTax(quote.region().pricesIncludeTax());
    quote.lines().forEach(line -> proto.addLines(toProto(line, quote.total(line))));
    quote
        .delivery()
        .ifPresent(
            chosen -> proto.setDelivery(toProto(chosen.delivery()).setTax(chosen.tax().toProto())));
    quote.basket().promotions().forEach(applied -> proto.addPromotions(toProto(applied)));
    quote.options().forEach(option -> proto.addDeliveryOptions(toProto(option)));
    return proto.build();
  }

  private static QuotedLine toProto(Quote.TaxedLine taxed, Money total) {
    Basket.Line line = taxed.line();
    return QuotedLine.newBuilder()
        .setSku(line.variant().sku())
        .setTitle(line.variant().title())
        .setQuantity(line.quantity())
        .setUnitPrice(line.unitPrice().toProto())
        .setSubtotal(line.subtotal().toProto())
        .setDiscount(line.discount().toProto())
        .setTax(taxed.tax().toProto())
        .setTaxRate(taxed.rate().toString())
        .setTotal(total.toProto())
        .setWeightGrams(line.weightGrams())
        .setAllowBackorder(line.variant().allowBackorder())
        .build();
  }

  private static QuotedDelivery.Builder toProto(Quote.Delivery delivery) {
    return QuotedDelivery.newBuilder()
        .setDeliveryOption(delivery.deliveryOption())
        .setDisplayName(delivery.displayName())
        .setPrice(delivery.price().toProto())
        .setMinDays(delivery.minDays())
        .setMaxDays(delivery.maxDays());
  }

  private static AppliedPromotion toProto(Basket.Applied applied) {
    return AppliedPromotion.newBuilder()
        .setPromotionId(applied.promotion().promotionId())
        .setDisplayName(applied.promotion().displayName())
        .setCode(applied.promotion().code())
        .setDiscount(applied.discount().toProto())
        .build();
  }
}
