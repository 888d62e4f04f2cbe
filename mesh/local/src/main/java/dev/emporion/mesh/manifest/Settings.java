package dev.emporion.mesh.manifest;

import dev.emporion.mesh.manifest.Container.EnvFrom;
import dev.emporion.mesh.manifest.Container.EnvValue;
import dev.emporion.mesh.manifest.Container.EnvVar;
import dev.emporion.mesh.yaml.Problems;
import dev.emporion.mesh.yaml.Similar;
import dev.emporion.mesh.yaml.Where;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Puts values for references to ConfigMaps; those to Secrets stay, nobody writes these down. */
record Settings(List<ConfigMap> configMaps, Problems problems) {

  Container resolve(Container container) {
    List<EnvVar> env = new ArrayList<>();
    container.envFrom().stream()
        .filter(from -> !from.secret())
        .flatMap(this::variables)
        .filter(variable -> !isNamed(container, variable.name()))
        .forEach(env::add);
    container.env().stream().flatMap(variable -> resolve(variable).stream()).forEach(env::add);
    List<EnvFrom> secrets = container.envFrom().stream().filter(EnvFrom::secret).toList();
    return container.withEnv(List.copyOf(env), secrets);
  }

  private static boolean isNamed(Container container, String name) {
    return container.env().stream().anyMatch(variable -> variable.name().equals(name));
  }

  private Stream<EnvVar> variables(EnvFrom from) {
    return find(from.where(), from.source(), from.optional()).stream()
        .flatMap(map -> map.data().entrySet().stream())
        .map(
            entry ->
                new EnvVar(
                    from.where(),
                    from.prefix() + entry.getKey(),
                    new EnvValue.Literal(entry.getValue())));
  }

  private Optional<EnvVar> resolve(EnvVar variable) {
    return switch (variable.value()) {
      case EnvValue.ConfigKey key ->
          value(variable.where(), key)
              .map(text -> new EnvVar(variable.where(), variable.name(), text));
      case EnvValue.Literal _, EnvValue.SecretKey _, EnvValue.PodField _ -> Optional.of(variable);
    };
  }

  private Optional<EnvValue> value(Where where, EnvValue.ConfigKey key) {
    Optional<ConfigMap> map = find(where, key.configMap(), key.optional());
    Optional<String> text = map.map(found -> found.data().get(key.key()));
    if (map.isPresent() && text.isEmpty() && !key.optional()) {
      String hint = Similar.hint(key.key(), map.get().data().keySet());
      problems.add(
          where, "ConfigMap %s has no key %s%s".formatted(key.configMap(), key.key(), hint));
    }
    return text.map(EnvValue.Literal::new);
  }

  private Optional<ConfigMap> find(Where where, String name, boolean optional) {
    Optional<ConfigMap> found =
        configMaps.stream().filter(map -> map.name().equals(name)).findFirst();
    if (found.isEmpty() && !optional) {
      List<String> known = configMaps.stream().map(ConfigMap::name).toList();
      problems.add(where, "there is no ConfigMap " + name + Similar.hint(name, known));
    }
    return found;
  }
}
