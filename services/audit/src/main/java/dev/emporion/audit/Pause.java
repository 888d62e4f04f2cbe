package dev.emporion.audit;

/** How time passes: {@link Thread#sleep(long)}, or what a test lets happen meanwhile. */
@FunctionalInterface
interface Pause {
  void forMillis(long millis) throws InterruptedException;
}
