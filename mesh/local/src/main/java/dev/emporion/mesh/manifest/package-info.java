/** What Kubernetes' manifests say to a laptop: what runs, with which settings, under which name. */
package dev.emporion.mesh.manifest;
