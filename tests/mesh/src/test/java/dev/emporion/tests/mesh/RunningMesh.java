package dev.emporion.tests.mesh;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One mesh for all test classes, brought up before the first and down after the last. */
final class RunningMesh implements BeforeAllCallback, ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(RunningMesh.class);

  private record System(LocalDriver driver, Cli cli) implements AutoCloseable {
    static System start() {
      try {
        Cli cli = Cli.create();
        System system = new System(new LocalDriver(cli), cli);
        system.driver.up();
        return system;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      cli.run("down");
    }
  }

  private static System system(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent("system", key -> System.start(), System.class);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    system(context);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Driver.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return system(context).driver();
  }
}
