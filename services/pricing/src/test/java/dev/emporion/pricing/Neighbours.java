package dev.emporion.pricing;

import dev.emporion.catalog.v1.BatchGetVariantsRequest;
import dev.emporion.catalog.v1.BatchGetVariantsResponse;
import dev.emporion.catalog.v1.CatalogServiceGrpc.CatalogServiceImplBase;
import dev.emporion.platform.Caller;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Unary;
import dev.emporion.shipping.v1.DeliveryQuote;
import dev.emporion.shipping.v1.ErrorReason;
import dev.emporion.shipping.v1.QuoteShippingRequest;
import dev.emporion.shipping.v1.QuoteShippingResponse;
import dev.emporion.shipping.v1.ShippingServiceGrpc.ShippingServiceImplBase;
import io.grpc.Status.Code;
import io.grpc.stub.StreamObserver;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The two services that pricing asks, as small as they can be. */
final class Neighbours {

  private Neighbours() {}

  /** Sells what it was given. */
  static final class Catalog extends CatalogServiceImplBase {
    final Map<String, dev.emporion.catalog.v1.Variant> variants = new LinkedHashMap<>();
    volatile boolean away;
    volatile Caller lastCaller;

    @Override
    public void batchGetVariants(
        BatchGetVariantsRequest request, StreamObserver<BatchGetVariantsResponse> observer) {
      lastCaller = Caller.current();
      if (away) {
        throw new IllegalStateException("broken");
      }
      var response = BatchGetVariantsResponse.newBuilder();
      for (String sku : request.getSkusList()) {
        if (variants.containsKey(sku)) {
          response.addVariants(variants.get(sku));
        } else {
          response.addMissingSkus(sku);
        }
      }
      Unary.reply(observer, response::build);
    }
  }

  /** Delivers for what it was told, nowhere when it was told nothing. */
  static final class Shipping extends ShippingServiceImplBase {
    volatile List<DeliveryQuote> options = List.of();
    volatile QuoteShippingRequest lastRequest;

    @Override
    public void quoteShipping(
        QuoteShippingRequest request, StreamObserver<QuoteShippingResponse> observer) {
      lastRequest = request;
      if (options.isEmpty()) {
        throw Failure.of(
            Code.FAILED_PRECONDITION,
            ErrorReason.ERROR_REASON_DESTINATION_NOT_SERVED,
            "no zone has it");
      }
      Unary.reply(
          observer, () -> QuoteShippingResponse.newBuilder().addAllOptions(options).build());
    }
  }
}
