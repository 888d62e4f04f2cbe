/**
 * What the mesh promises, tried on a running one. The tests speak to a gateway, edit YAML and use a
 * {@link dev.emporion.tests.mesh.Driver}; they do not know what kind of mesh it is.
 */
package dev.emporion.tests.mesh;
