package dev.emporion.catalog;

import dev.emporion.platform.Money;

/** What one unit costs from a quantity of the same SKU on. */
record Price(Money unitPrice, int minQuantity) {}
