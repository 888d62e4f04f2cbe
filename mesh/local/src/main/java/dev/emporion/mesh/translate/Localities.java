package dev.emporion.mesh.translate;

import io.envoyproxy.envoy.config.core.v3.Locality;

/** Places, written {@code region/zone/subzone}; a word alone is a zone. */
final class Localities {
  private Localities() {}

  static Locality of(String text) {
    String[] parts = text.split("/");
    if (parts.length == 1) {
      return Locality.newBuilder().setZone(parts[0]).build();
    }
    return Locality.newBuilder()
        .setRegion(parts[0])
        .setZone(parts[1])
        .setSubZone(parts.length > 2 ? parts[2] : "")
        .build();
  }

  /**
   * As Istio's rules write places: {@code region}, {@code region/zone}, with {@code *} at the end.
   */
  static boolean matches(String rule, Locality place) {
    String[] parts = rule.split("/");
    String[] of = {place.getRegion(), place.getZone(), place.getSubZone()};
    for (int i = 0; i < parts.length && i < of.length; i++) {
      if (parts[i].equals("*")) {
        return true;
      }
      if (!parts[i].equals(of[i])) {
        return false;
      }
    }
    return true;
  }

  /** How far away: 0 in the same subzone, 1 in the zone, 2 in the region, 3 elsewhere. */
  static int distance(Locality one, Locality other) {
    if (!one.getRegion().equals(other.getRegion())) {
      return 3;
    }
    if (!one.getZone().equals(other.getZone())) {
      return 2;
    }
    return one.getSubZone().equals(other.getSubZone()) ? 0 : 1;
  }
}
