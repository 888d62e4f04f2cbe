package dev.emporion.inventory;

import dev.emporion.inventory.Reservation.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Units that nobody was promised, in locked rows, to be given away location by location. */
final class FreeStock {
  private static final class Shelf {
    final Place place;
    final int priority;
    int units;

    Shelf(Place place, int priority, int units) {
      this.place = place;
      this.priority = priority;
      this.units = units;
    }
  }

  private final Map<String, List<Shelf>> shelves = new HashMap<>();

  /**
   * @param priority of the location; the lower, the earlier used
   */
  void add(Place place, int priority, int units) {
    List<Shelf> ofSku = shelves.computeIfAbsent(place.sku(), sku -> new ArrayList<>());
    ofSku.add(new Shelf(place, priority, units));
    ofSku.sort(
        Comparator.comparingInt((Shelf shelf) -> shelf.priority)
            .thenComparing(shelf -> shelf.place));
  }

  /** What there is, by SKU. */
  Map<String, Long> units() {
    var units = new HashMap<String, Long>();
    shelves.forEach(
        (sku, ofSku) -> units.put(sku, ofSku.stream().mapToLong(shelf -> shelf.units).sum()));
    return units;
  }

  /** Takes that many units, or all there are. */
  Map<Place, Integer> take(String sku, int wanted) {
    var taken = new TreeMap<Place, Integer>();
    int open = wanted;
    for (Shelf shelf : shelves.getOrDefault(sku, List.of())) {
      int units = Math.min(open, shelf.units);
      if (units > 0) {
        taken.put(shelf.place, units);
        shelf.units -= units;
        open -= units;
      }
    }
    return taken;
  }
}
