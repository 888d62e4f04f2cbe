package dev.emporion.pricing;

import dev.emporion.catalog.v1.CatalogServiceGrpc.CatalogServiceBlockingStub;
import dev.emporion.platform.Downstream;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Money;
import dev.emporion.platform.Unary;
import dev.emporion.pricing.v1.ErrorReason;
import dev.emporion.pricing.v1.PricingServiceGrpc;
import dev.emporion.pricing.v1.QuoteRequest;
import dev.emporion.pricing.v1.QuoteResponse;
import dev.emporion.shipping.v1.QuoteShippingRequest;
import dev.emporion.shipping.v1.ShippingServiceGrpc.ShippingServiceBlockingStub;
import io.grpc.Status.Code;
import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.util.List;

/** The RPC. */
final class PricingService extends PricingServiceGrpc.PricingServiceImplBase {
  private final Rules rules;
  private final Downstream<CatalogServiceBlockingStub> catalog;
  private final Downstream<ShippingServiceBlockingStub> shipping;
  private final InstantSource clock;

  PricingService(
      Rules rules,
      Downstream<CatalogServiceBlockingStub> catalog,
      Downstream<ShippingServiceBlockingStub> shipping,
      InstantSource clock) {
    this.rules = rules;
    this.catalog = catalog;
    this.shipping = shipping;
    this.clock = clock;
  }

  @Override
  public void quote(QuoteRequest request, StreamObserver<QuoteResponse> observer) {
    Unary.reply(
        observer,
        () -> QuoteResponse.newBuilder().setQuote(PricingProto.toProto(quoted(request))).build());
  }

  /** Two round trips, one after the other: delivery depends on weight and value of the goods. */
  private Quote quoted(QuoteRequest request) {
    String currency = Money.requireCurrency(request.getCurrencyCode(), "currency_code");
    var found = catalog.call(stub -> stub.batchGetVariants(PricingProto.variantsRequest(request)));
    Basket basket =
        Basket.of(currency, PricingProto.wanted(request), PricingProto.variants(found))
            .discounted(rules.promotions(), request.getPromotionCodesList(), clock.instant());
    var options = deliveries(PricingProto.shippingRequest(request, basket));
    var destination = request.getDestination();
    var region = rules.taxRegion(destination.getRegionCode(), destination.getAdministrativeArea());
    return Quote.of(basket, region, options, request.getDeliveryOption());
  }

  private List<Quote.Delivery> deliveries(QuoteShippingRequest request) {
    try {
      return PricingProto.deliveries(shipping.call(stub -> stub.quoteShipping(request)));
    } catch (Failure refusal) {
      if (refusal.is(dev.emporion.shipping.v1.ErrorReason.ERROR_REASON_DESTINATION_NOT_SERVED)) {
        throw Failure.of(
            Code.FAILED_PRECONDITION,
            ErrorReason.ERROR_REASON_DESTINATION_NOT_SERVED,
            "this basket is not delivered to " + request.getRegionCode());
      }
      throw refusal;
    }
  }
}
