package dev.emporion.mesh.manifest;

import dev.emporion.mesh.manifest.Container.EnvFrom;
import dev.emporion.mesh.manifest.Container.EnvValue;
import dev.emporion.mesh.manifest.Container.EnvVar;
import dev.emporion.mesh.yaml.Fields;
import dev.emporion.mesh.yaml.Type;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

final class ContainerReader {
  private static final Type<String> POD_FIELD =
      Type.TEXT.matching(
          "one of metadata.name, metadata.namespace, metadata.labels['x'], status.podIP,"
              + " spec.serviceAccountName",
          "metadata\\.(name|namespace|labels\\['[^']+'])|status\\.podIP|spec\\.serviceAccountName");
  private static final Type<String> ENV_NAME =
      Type.TEXT.matching("a name of letters, digits and _", "[A-Za-z_][A-Za-z0-9_]*");

  private ContainerReader() {}

  static Container container(Fields container) {
    return read(container, true);
  }

  /** One that ends before the others start: nobody asks how it is, and it takes no calls. */
  static Container initContainer(Fields container) {
    return read(container, false);
  }

  private static Container read(Fields container, boolean serves) {
    List<Container.Port> ports =
        serves ? container.objects("ports", ContainerReader::port) : List.of();
    ProbeReader probes = new ProbeReader(ports);
    Container read =
        new Container(
            container.where(),
            container.required("name", Type.NAME),
            container.requiredText("image"),
            container.texts("args"),
            container.objects("env", ContainerReader::envVar),
            container.objects("envFrom", ContainerReader::envFrom),
            ports,
            serves ? container.object("startupProbe", probes::read) : Optional.empty(),
            serves ? container.object("readinessProbe", probes::read) : Optional.empty(),
            serves ? container.object("livenessProbe", probes::read) : Optional.empty(),
            serves ? container.object("lifecycle", ContainerReader::lifecycle).orElse(0) : 0);
    container.passOver("imagePullPolicy", "resources", "securityContext", "volumeMounts");
    checkNames(container, read.env());
    return read;
  }

  private static void checkNames(Fields container, List<EnvVar> env) {
    Set<String> names = new HashSet<>();
    env.stream()
        .filter(variable -> !names.add(variable.name()))
        .forEach(variable -> container.problem("env", variable.name() + " is given twice"));
  }

  private static Container.Port port(Fields port) {
    port.value("protocol", Type.TEXT.matching("TCP", "TCP"));
    return new Container.Port(
        port.where(), port.text("name").orElse(""), port.required("containerPort", Type.PORT));
  }

  private static EnvVar envVar(Fields variable) {
    String name = variable.required("name", ENV_NAME);
    Optional<EnvValue> literal = variable.text("value").map(EnvValue.Literal::new);
    Optional<EnvValue> from = variable.object("valueFrom", ContainerReader::valueFrom);
    variable.atMostOne("value", "valueFrom");
    literal
        .map(value -> ((EnvValue.Literal) value).text())
        .filter(text -> text.contains("$("))
        .ifPresent(_ -> variable.problem("value", "$(NAME) is not translated: write the value"));
    return new EnvVar(
        variable.where(), name, literal.or(() -> from).orElse(new EnvValue.Literal("")));
  }

  private static EnvValue valueFrom(Fields from) {
    Optional<EnvValue> secret =
        from.object(
            "secretKeyRef",
            ref ->
                new EnvValue.SecretKey(
                    ref.requiredText("name"), ref.requiredText("key"), optional(ref)));
    Optional<EnvValue> config =
        from.object(
            "configMapKeyRef",
            ref ->
                new EnvValue.ConfigKey(
                    ref.requiredText("name"), ref.requiredText("key"), optional(ref)));
    Optional<EnvValue> field =
        from.object(
            "fieldRef",
            ref -> {
              ref.value("apiVersion", Type.TEXT.matching("v1", "v1"));
              return new EnvValue.PodField(ref.required("fieldPath", POD_FIELD));
            });
    from.exactlyOne("secretKeyRef", "configMapKeyRef", "fieldRef");
    return secret.or(() -> config).or(() -> field).orElse(new EnvValue.Literal(""));
  }

  private static boolean optional(Fields ref) {
    return ref.flag("optional").orElse(false);
  }

  private static EnvFrom envFrom(Fields from) {
    String prefix = from.text("prefix").orElse("");
    Optional<EnvFrom> secret = from.object("secretRef", ref -> envFrom(ref, prefix, true));
    Optional<EnvFrom> config = from.object("configMapRef", ref -> envFrom(ref, prefix, false));
    from.exactlyOne("secretRef", "configMapRef");
    return secret
        .or(() -> config)
        .orElseGet(() -> new EnvFrom(from.where(), prefix, "", false, true));
  }

  private static EnvFrom envFrom(Fields ref, String prefix, boolean secret) {
    return new EnvFrom(ref.where(), prefix, ref.requiredText("name"), secret, optional(ref));
  }

  /** {@code preStop: {sleep: {seconds: 5}}}. */
  private static int lifecycle(Fields lifecycle) {
    return lifecycle
        .object(
            "preStop",
            preStop ->
                preStop.requiredObject("sleep", sleep -> sleep.required("seconds", Type.count())))
        .orElse(0);
  }
}
