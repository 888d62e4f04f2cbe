package dev.emporion.mesh.manifest;

import dev.emporion.mesh.yaml.Node;
import dev.emporion.mesh.yaml.Type;
import java.util.List;
import java.util.Optional;

/**
 * A port of a pod: its number, or the name that a container gives it.
 *
 * @param number zero as long as only the name is known
 */
public record PortRef(int number, String name) {
  static final Type<PortRef> TYPE =
      new Type<>("a port's number or name", "", new PortRef(1, ""), PortRef::parse);

  private static Optional<PortRef> parse(Node.Scalar scalar) {
    return scalar.value() instanceof String name && name.matches("[a-z0-9-]*[a-z][a-z0-9-]*")
        ? Optional.of(new PortRef(0, name))
        : Type.PORT.parse().apply(scalar).map(number -> new PortRef(number, ""));
  }

  /** Empty if no port is called so. */
  Optional<Integer> among(List<Container.Port> ports) {
    return name.isEmpty()
        ? Optional.of(number)
        : ports.stream()
            .filter(port -> port.name().equals(name))
            .map(Container.Port::containerPort)
            .findFirst();
  }
}
