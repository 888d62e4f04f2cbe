/**
 * Load on a meshed system of its own while faults strike it, and what must be so afterwards. Read
 * from {@link dev.emporion.chaos.Chaos}.
 */
package dev.emporion.chaos;
