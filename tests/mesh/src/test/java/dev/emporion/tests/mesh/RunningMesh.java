package dev.emporion.tests.mesh;

import dev.emporion.testing.OwnSystem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One mesh for all test classes, brought up before the first and down after the last. */
final class RunningMesh implements BeforeAllCallback, ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(RunningMesh.class);

  private record System(LocalDriver driver, OwnSystem own) implements AutoCloseable {
    static System start() {
      try (InputStream canary = RunningMesh.class.getResourceAsStream("/catalog-canary.yaml")) {
        OwnSystem own = OwnSystem.create("tests-mesh");
        Files.copy(canary, own.files().resolve("services/catalog/deploy/canary.yaml"));
        System system = new System(new LocalDriver(own), own);
        system.driver.up();
        return system;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      own.run("down");
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
