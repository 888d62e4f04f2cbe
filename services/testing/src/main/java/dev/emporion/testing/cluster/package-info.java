/** Tests' way to a cluster: what {@code kubectl} does, and signals to what runs there. */
package dev.emporion.testing.cluster;
