/** The files of the mesh as one whole: all of them right, or what is wrong with them. */
package dev.emporion.mesh.config;
