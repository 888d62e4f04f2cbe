package dev.emporion.mesh.yaml;

import java.util.List;
import java.util.function.Function;

/**
 * A kind of document that is read.
 *
 * @param apiVersions the preferred one first
 */
public record Kind<T>(List<String> apiVersions, String name, Function<Fields, T> reader) {}
