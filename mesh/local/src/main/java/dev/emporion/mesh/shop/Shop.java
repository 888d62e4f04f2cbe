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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The running shop as somebody outside sees it: one address, and who is calling.
 *
 * @param connections that it holds
 * @param caller as the gateway will say it once it looks at tokens: "merchant/1"; null for a guest
 */
public record Shop(Channel channel, List<ManagedChannel> connections, String caller)
    implements AutoCloseable {
  private static final long DEADLINE_SECONDS = 15;
  private static final Metadata.Key<String> CALLER =
      Metadata.Key.of("emporion-caller", Metadata.ASCII_STRING_MARSHALLER);

  /** As a guest. */
  public static Shop at(String address) {
    return at(address, DEADLINE_SECONDS);
  }

  /**
   * @param deadlineSeconds of each call
   */
  public static Shop at(String address, long deadlineSeconds) {
    ManagedChannel channel = open(address, deadlineSeconds);
    return new Shop(channel, List.of(channel), null);
  }

  /** Services that answer each at an address of their own, by their names. */
  public static Shop of(Map<String, String> addresses) {
    Map<String, ManagedChannel> channels = new TreeMap<>();
    addresses.forEach((service, address) -> channels.put(service, open(address, DEADLINE_SECONDS)));
    return new Shop(new Switchboard(channels), List.copyOf(channels.values()), null);
  }

  private static ManagedChannel open(String address, long deadlineSeconds) {
    return NettyChannelBuilder.forTarget("dns:///" + address)
        .usePlaintext()
        .intercept(new Deadline(deadlineSeconds))
        .build();
  }

  /** The same shop for another caller, over the same connection. */
  public Shop as(String other) {
    return new Shop(channel, connections, other);
  }

  public CatalogServiceBlockingStub catalog() {
    return CatalogServiceGrpc.newBlockingStub(callers());
  }

  public CartsServiceBlockingStub carts() {
    return CartsServiceGrpc.newBlockingStub(callers());
  }

  public PricingServiceBlockingStub pricing() {
    return PricingServiceGrpc.newBlockingStub(callers());
  }

  public OrdersServiceBlockingStub orders() {
    return OrdersServiceGrpc.newBlockingStub(callers());
  }

  public InventoryServiceBlockingStub inventory() {
    return InventoryServiceGrpc.newBlockingStub(callers());
  }

  public ShippingServiceBlockingStub shipping() {
    return ShippingServiceGrpc.newBlockingStub(callers());
  }

  public PaymentsServiceBlockingStub payments() {
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
    connections.forEach(ManagedChannel::shutdownNow);
  }

  /** {@code emporion.orders.v1.OrdersService} is answered by orders. */
  private static final class Switchboard extends Channel {
    private final Map<String, ManagedChannel> channels;

    Switchboard(Map<String, ManagedChannel> channels) {
      this.channels = channels;
    }

    @Override
    public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
      return channels.get(method.getServiceName().split("\\.")[1]).newCall(method, options);
    }

    @Override
    public String authority() {
      return "shop";
    }
  }

  /** No call waits for ever; the first one after a start may take a while. */
  private record Deadline(long seconds) implements ClientInterceptor {
    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      return next.newCall(
          method,
          options.getDeadline() == null
              ? options.withDeadlineAfter(seconds, TimeUnit.SECONDS)
              : options);
    }
  }
}
