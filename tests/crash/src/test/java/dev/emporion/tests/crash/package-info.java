/** Every boundary of every saga, and what may happen there. */
package dev.emporion.tests.crash;
