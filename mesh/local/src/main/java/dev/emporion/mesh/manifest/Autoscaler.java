package dev.emporion.mesh.manifest;

import dev.emporion.mesh.yaml.Where;

/**
 * How many instances a cluster keeps. Here its minimum is the number of replicas of a Deployment
 * that names none.
 *
 * @param deployment that it scales
 */
public record Autoscaler(Where where, String name, String deployment, int minReplicas)
    implements Manifest {}
