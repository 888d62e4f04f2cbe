package dev.emporion.tests.mesh;

import dev.emporion.testing.OwnSystem;
import dev.emporion.testing.cluster.Cluster;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One mesh for all test classes, brought up before the first and down after the last: on this
 * machine, or the one of a cluster if {@code EMPORION_TESTS} is {@code cluster}.
 */
final class RunningMesh implements BeforeAllCallback, ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(RunningMesh.class);

  private record System(Driver driver, Runnable end) implements AutoCloseable {
    static System start() {
      try (InputStream yaml = RunningMesh.class.getResourceAsStream("/catalog-canary.yaml")) {
        String canary = new String(yaml.readAllBytes(), StandardCharsets.UTF_8);
        return Cluster.isWanted() ? onCluster(canary) : onThisMachine(canary);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static System onThisMachine(String canary) throws IOException {
      OwnSystem own = OwnSystem.create("tests-mesh");
      Files.writeString(own.files().resolve("services/catalog/deploy/canary.yaml"), canary);
      LocalDriver driver = new LocalDriver(own);
      driver.up();
      return new System(driver, () -> own.run("down"));
    }

    private static System onCluster(String canary) throws IOException {
      ClusterDriver driver = new ClusterDriver();
      try {
        driver.receiveStock();
        driver.startCanary(canary);
      } catch (AssertionError e) {
        driver.close();
        throw e;
      }
      return new System(driver, driver::close);
    }

    @Override
    public void close() {
      end.run();
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
