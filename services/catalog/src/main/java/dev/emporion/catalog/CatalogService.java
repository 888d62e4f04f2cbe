package dev.emporion.catalog;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.emporion.catalog.ChangeStore.Change;
import dev.emporion.catalog.v1.ArchiveProductRequest;
import dev.emporion.catalog.v1.ArchiveProductResponse;
import dev.emporion.catalog.v1.BatchGetVariantsRequest;
import dev.emporion.catalog.v1.BatchGetVariantsResponse;
import dev.emporion.catalog.v1.CatalogServiceGrpc;
import dev.emporion.catalog.v1.CreateProductRequest;
import dev.emporion.catalog.v1.CreateProductResponse;
import dev.emporion.catalog.v1.GetProductRequest;
import dev.emporion.catalog.v1.GetProductResponse;
import dev.emporion.catalog.v1.ImportProductsRequest;
import dev.emporion.catalog.v1.ImportProductsResponse;
import dev.emporion.catalog.v1.ListProductsRequest;
import dev.emporion.catalog.v1.ListProductsResponse;
import dev.emporion.catalog.v1.SearchHit;
import dev.emporion.catalog.v1.SearchProductsRequest;
import dev.emporion.catalog.v1.SearchProductsResponse;
import dev.emporion.catalog.v1.UpdateProductRequest;
import dev.emporion.catalog.v1.UpdateProductResponse;
import dev.emporion.platform.Attempt;
import dev.emporion.platform.Claim;
import dev.emporion.platform.FieldMasks;
import dev.emporion.platform.Filter;
import dev.emporion.platform.Idempotent;
import dev.emporion.platform.Ids;
import dev.emporion.platform.OrderBy;
import dev.emporion.platform.Pages;
import dev.emporion.platform.Unary;
import dev.emporion.platform.Validation;
import io.grpc.stub.StreamObserver;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The RPCs of catalog: check, call, map. */
final class CatalogService extends CatalogServiceGrpc.CatalogServiceImplBase {
  private final CatalogStore store;
  private final CombinedReads reads;
  private final SearchStore search;
  private final ChangeStore changes;
  private final Clock clock;
  private final int importMaxRows;

  CatalogService(
      CatalogStore store, SearchStore search, ChangeStore changes, Clock clock, int importMaxRows) {
    this.store = store;
    this.reads = new CombinedReads(store);
    this.search = search;
    this.changes = changes;
    this.clock = clock;
    this.importMaxRows = importMaxRows;
  }

  @Override
  public void getProduct(GetProductRequest request, StreamObserver<GetProductResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          var productId = UUID.fromString(request.getProductId());
          var product = reads.product(productId).orElseThrow(() -> Product.notFound(productId));
          return GetProductResponse.newBuilder().setProduct(CatalogProto.product(product)).build();
        });
  }

  @Override
  public void batchGetVariants(
      BatchGetVariantsRequest request, StreamObserver<BatchGetVariantsResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          var offers = reads.offers(request.getSkusList());
          var response = BatchGetVariantsResponse.newBuilder();
          for (String sku : request.getSkusList()) {
            var offer = offers.get(sku);
            if (offer == null) {
              response.addMissingSkus(sku);
            } else {
              response.addVariants(CatalogProto.variant(offer));
            }
          }
          return response.build();
        });
  }

  @Override
  public void listProducts(
      ListProductsRequest request, StreamObserver<ListProductsResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          var filter = Filter.parse(request.getFilter(), CatalogStore.LISTED);
          var order =
              OrderBy.parse(request.getOrderBy(), CatalogStore.LISTED, "create_time", "product_id");
          var pages =
              Pages.read(
                  "ListProducts", request.getPageSize(), request.getPageToken(), filter, order);
          var page = pages.page(store.list(pages, order.sql()), CatalogProto::field);
          return ListProductsResponse.newBuilder()
              .addAllProducts(page.rows().stream().map(CatalogProto::product).toList())
              .setNextPageToken(page.nextPageToken())
              .build();
        });
  }

  @Override
  public void searchProducts(
      SearchProductsRequest request, StreamObserver<SearchProductsResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          var text = SearchText.of(request.getQuery());
          var page = search.search(text, request.getPageSize(), request.getPageToken());
          var response = SearchProductsResponse.newBuilder().setNextPageToken(page.nextPageToken());
          for (var hit : page.rows()) {
            response.addHits(
                SearchHit.newBuilder()
                    .setProduct(CatalogProto.product(hit.product()))
                    .setScore(hit.score()));
          }
          return response.build();
        });
  }

  @Override
  public void createProduct(
      CreateProductRequest request, StreamObserver<CreateProductResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          var claim = Claim.of(CatalogServiceGrpc.getCreateProductMethod(), request);
          var details = CatalogProto.details(request.getProduct());
          return Idempotent.write(
              claim, CreateProductResponse.parser(), () -> create(claim, details));
        });
  }

  private Attempt<CreateProductResponse> create(Claim claim, Product.Details details) {
    var product = Product.create(Ids.newId(), details, clock.instant());
    var made = naming(product, () -> changes.create(claim, product));
    if (made.isEmpty()) {
      return Attempt.stale();
    }
    // What was made before had the same payload, so the same details.
    claim.requireSamePayload(made.get().requestHash());
    var first = Product.create(made.get().productId(), details, made.get().createTime());
    return Attempt.done(
        CreateProductResponse.newBuilder().setProduct(CatalogProto.product(first)).build());
  }

  @Override
  public void updateProduct(
      UpdateProductRequest request, StreamObserver<UpdateProductResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          var sent = request.getProduct();
          var productId = CatalogProto.productId(sent);
          var paths = FieldMasks.paths(request.getUpdateMask(), sent, CatalogProto.MUTABLE);
          var claim = Claim.of(CatalogServiceGrpc.getUpdateProductMethod(), request);
          return edit(
              claim,
              productId,
              UpdateProductResponse.parser(),
              product -> UpdateProductResponse.newBuilder().setProduct(product).build(),
              product -> {
                product.requireEtag(sent.getEtag());
                var merged = CatalogProto.merge(product, sent, paths);
                Validation.check(merged, "product");
                return product.edit(CatalogProto.details(merged), clock.instant());
              });
        });
  }

  @Override
  public void archiveProduct(
      ArchiveProductRequest request, StreamObserver<ArchiveProductResponse> observer) {
    Unary.reply(
        observer,
        () ->
            edit(
                Claim.of(CatalogServiceGrpc.getArchiveProductMethod(), request),
                UUID.fromString(request.getProductId()),
                ArchiveProductResponse.parser(),
                product -> ArchiveProductResponse.newBuilder().setProduct(product).build(),
                product -> {
                  product.requireEtag(request.getEtag());
                  return product.archive(clock.instant());
                }));
  }

  @Override
  public StreamObserver<ImportProductsRequest> importProducts(
      StreamObserver<ImportProductsResponse> observer) {
    var rows = new ProductImport(store, changes, clock, importMaxRows);
    return new StreamObserver<>() {
      /** The next row is asked for when this returns, so a fast sender waits for the database. */
      @Override
      public void onNext(ImportProductsRequest row) {
        rows.add(row);
      }

      @Override
      public void onError(Throwable left) {
        // What was applied stays; sent again, it counts as repeated.
      }

      @Override
      public void onCompleted() {
        Unary.reply(observer, rows::finish);
      }
    };
  }

  /** Loads the product, lets it change, and saves it if it is still the one that was loaded. */
  private <A extends Message> A edit(
      Claim claim,
      UUID productId,
      Parser<A> parser,
      Function<dev.emporion.catalog.v1.Product, A> answer,
      UnaryOperator<Product> transition) {
    return Idempotent.write(
        claim,
        parser,
        () -> {
          var look = store.look(claim, productId);
          if (look.saved() != null) {
            return Attempt.replay(look.saved());
          }
          if (look.product() == null) {
            throw Product.notFound(productId);
          }
          Product after = transition.apply(look.product());
          A response = answer.apply(CatalogProto.product(after));
          var change = new Change(claim, response, look.product(), after);
          boolean saved = naming(after, () -> changes.save(List.of(change)));
          return saved ? Attempt.done(response) : Attempt.stale();
        });
  }

  /** Names the SKU in the refusal when another product has one of this product's. */
  private <T> T naming(Product product, Supplier<T> write) {
    try {
      return write.get();
    } catch (RuntimeException e) {
      if (ChangeStore.isSkuTaken(e)) {
        var sku = changes.takenSku(product.productId(), product.details().skus());
        throw Product.skuTaken(sku);
      }
      throw e;
    }
  }
}
