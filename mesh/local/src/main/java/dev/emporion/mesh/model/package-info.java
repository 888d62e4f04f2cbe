/** What the parts of the mesh tell one another: who runs where, and what an Envoy is to be told. */
package dev.emporion.mesh.model;
