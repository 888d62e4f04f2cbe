/** Envoy as a program: its binary, the command that starts it, and what its admin port tells. */
package dev.emporion.mesh.envoy;
