/** YAML with the place of every value, so that a problem can name file, line and field. */
package dev.emporion.mesh.yaml;
