package dev.emporion.mesh.manifest;

import dev.emporion.mesh.yaml.Where;
import java.util.Map;

/** Settings that a container refers to. */
public record ConfigMap(Where where, String name, Map<String, String> data) implements Manifest {}
