package dev.emporion.chaos;

/**
 * One run.
 *
 * @param name of its files, and part of the SKUs that it sells
 * @param orders that clients wish for
 * @param seed of all that is drawn
 * @param clients at a time
 */
record Settings(String name, int orders, long seed, int clients) {}
