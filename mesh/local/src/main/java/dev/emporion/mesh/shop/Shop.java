package dev.emporion.mesh.shop;

import dev.emporion.carts.v1.CartsServiceGrpc;
import dev.emporion.carts.v1.CartsServiceGrpc.CartsServiceBlockingStub;
import dev.emporion.catalog.v1.CatalogServiceGrpc;
import dev.emporion.catalog.v1.CatalogServiceGrpc.CatalogServiceBlockingStub;
import dev.emporion.inventory.v1.InventoryServiceGrpc;
import dev.emporion.inventory.v1.InventoryServiceGrpc.InventoryServiceBlockingStub;
import dev.emporion.orders.v1.OrdersServiceGrpc;
import dev.emporion.orders.v1.OrdersServiceGrpc.OrdersServiceBlockingStub;
import dev.emporion.payments.v1.PaymentsServiceGrpc;
import dev.emporion.payments.v1.PaymentsServiceGrpc.PaymentsServiceBlockingStub;
import dev.emporion.pricing.v1.PricingServiceGrpc;
import dev.emporion.pricing.v1.PricingServiceGrpc.PricingServiceBlockingStub;
import dev.emporion.shipping.v1.ShippingServiceGrpc;
import dev.emporion.shipping.v1.ShippingServiceGrpc.ShippingServiceBlockingStub;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.util.concurrent.TimeUnit;

/**
 * The running shop as somebody outside sees it: one address, and who is calling.
 *
 * @param caller as the gateway will say it once it looks at tokens: "merchant/1"; null for a guest
 */
public record Shop(ManagedChannel channel, String caller) implements AutoCloseable {
  private static final long DEADLINE_SECONDS = 15;
  private static final Metadata.Key<String> CALLER =
      Metadata.Key.of("emporion-caller", Metadata.ASCII_STRING_MARSHALLER);

  /** As a guest. */
  public static Shop at(String address) {
    return new Shop(
        NettyChannelBuilder.forTarget("dns:///" + address)
            .usePlaintext()
            .intercept(new Deadline())
            .build(),
        null);
  }

  /** The same shop for another caller, over the same connection. */
  Shop as(String other) {
    return new Shop(channel, other);
  }

  CatalogServiceBlockingStub catalog() {
    return CatalogServiceGrpc.newBlockingStub(callers());
  }

  CartsServiceBlockingStub carts() {
    return CartsServiceGrpc.newBlockingStub(callers());
  }

  PricingServiceBlockingStub pricing() {
    return PricingServiceGrpc.newBlockingStub(callers());
  }

  OrdersServiceBlockingStub orders() {
    return OrdersServiceGrpc.newBlockingStub(callers());
  }

  InventoryServiceBlockingStub inventory() {
    return InventoryServiceGrpc.newBlockingStub(callers());
  }

  ShippingServiceBlockingStub shipping() {
    return ShippingServiceGrpc.newBlockingStub(callers());
  }

  PaymentsServiceBlockingStub payments() {
    return PaymentsServiceGrpc.newBlockingStub(callers());
  }

  private Channel callers() {
    if (caller == null) {
      return channel;
    }
    Metadata headers = new Metadata();
    headers.put(CALLER, caller);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  /** No call waits for ever; the first one after a start may take a while. */
  private static final class Deadline implements ClientInterceptor {
    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      return next.newCall(
          method,
          options.getDeadline() == null
              ? options.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
              : options);
    }
  }
}
