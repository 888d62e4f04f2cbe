/**
 * Istio's kinds as records, field by field as its v1 API names them. What is absent in the YAML is
 * an empty Optional, list or map here: what absence means is the translation's business.
 */
package dev.emporion.mesh.istio;
