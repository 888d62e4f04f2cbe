package dev.emporion.audit;

import java.util.List;

/**
 * What a look at one case came to.
 *
 * @param stamp equal as long as nobody changed it; null while a change is under way
 * @param findings what is wrong; nothing while a change is under way
 */
record Reading(String stamp, List<Finding> findings) {

  static Reading undecided() {
    return new Reading(null, List.of());
  }

  boolean isUndecided() {
    return stamp == null;
  }
}
