package dev.emporion.mesh.manifest;

import dev.emporion.mesh.yaml.Where;

/** A name that a workload's certificate shows. */
public record ServiceAccount(Where where, String name) implements Manifest {}
