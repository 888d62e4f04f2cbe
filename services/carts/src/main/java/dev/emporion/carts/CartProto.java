package dev.emporion.carts;

import com.google.protobuf.Timestamp;
import dev.emporion.carts.v1.CartLine;
import java.time.Instant;
import java.util.List;

/** Carts between contract and domain. */
final class CartProto {

  private CartProto() {}

  static dev.emporion.carts.v1.Cart toProto(Cart cart) {
    var proto =
        dev.emporion.carts.v1.Cart.newBuilder()
            .setCartId(cart.cartId().toString())
            .setCurrencyCode(cart.currency())
            .setEtag(cart.etag())
            .setExpireTime(timestamp(cart.expireAt()))
            .setCreateTime(timestamp(cart.createdAt()))
            .setUpdateTime(timestamp(cart.updatedAt()));
    if (cart.customerId() != null) {
      proto.setCustomerId(cart.customerId());
    }
    for (Cart.Line line : cart.lines()) {
      proto.addLines(CartLine.newBuilder().setSku(line.sku()).setQuantity(line.quantity()));
    }
    return proto.build();
  }

  static List<Cart.Line> lines(List<CartLine> lines) {
    return lines.stream().map(CartProto::line).toList();
  }

  static Cart.Line line(CartLine line) {
    return new Cart.Line(line.getSku(), line.getQuantity());
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }
}
