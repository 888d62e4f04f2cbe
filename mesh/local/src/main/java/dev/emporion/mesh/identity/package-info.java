/** Who may call whom by certificate: a local authority that takes the place of istiod's. */
package dev.emporion.mesh.identity;
