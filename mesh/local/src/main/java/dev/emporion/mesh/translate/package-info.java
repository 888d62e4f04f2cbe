/**
 * What Istio's YAML means to one Envoy: a pure function of the YAML, of what runs, and of the
 * Envoy's place. It means what stock Istio 1.31 means by the same YAML, absent fields included;
 * where Envoy's own default differs (a route's timeout of 15 s, say), Istio's is written out.
 */
package dev.emporion.mesh.translate;
