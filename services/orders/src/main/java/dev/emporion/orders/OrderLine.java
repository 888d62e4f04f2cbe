package dev.emporion.orders;

import dev.emporion.platform.Money;

/**
 * One line of an order, at the price the buyer saw. The counters say what became of its units; what
 * is neither cancelled nor shipped is open.
 *
 * @param deliveryShare this line's part of the delivery cost with its tax
 */
record OrderLine(
    int lineNumber,
    String sku,
    String title,
    int quantity,
    int cancelledQuantity,
    int shippedQuantity,
    int returnedQuantity,
    Money unitPrice,
    Money discount,
    Money tax,
    String taxRate,
    Money total,
    Money deliveryShare) {

  OrderLine cancelOpen() {
    return new OrderLine(
        lineNumber,
        sku,
        title,
        quantity,
        quantity - shippedQuantity,
        shippedQuantity,
        returnedQuantity,
        unitPrice,
        discount,
        tax,
        taxRate,
        total,
        deliveryShare);
  }
}
