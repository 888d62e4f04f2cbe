package dev.emporion.bench;

import dev.emporion.catalog.v1.CatalogServiceGrpc;
import dev.emporion.catalog.v1.CatalogServiceGrpc.CatalogServiceStub;
import dev.emporion.catalog.v1.GetProductRequest;
import io.grpc.Channel;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** A shopper who looks at one product after the other. */
final class ReadClient extends ClosedLoop.Client {
  private final CatalogServiceStub catalog;
  private final List<String> productIds;

  ReadClient(Channel channel, List<String> productIds) {
    this.catalog = CatalogServiceGrpc.newStub(channel);
    this.productIds = productIds;
  }

  @Override
  void begin() {
    String id = productIds.get(ThreadLocalRandom.current().nextInt(productIds.size()));
    catalog.getProduct(
        GetProductRequest.newBuilder().setProductId(id).build(),
        new Answer<>(_ -> done(), this::failed));
  }
}
