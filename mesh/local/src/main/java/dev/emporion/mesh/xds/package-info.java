/**
 * The control plane's side of xDS: state of the world over one aggregated stream, content hashes as
 * versions.
 */
package dev.emporion.mesh.xds;
