package dev.emporion.mesh.run;

import static dev.emporion.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.mesh.model.Registry;
import dev.emporion.mesh.process.Layout;
import dev.emporion.mesh.process.Ports;
import dev.emporion.mesh.process.Processes;
import dev.emporion.mesh.process.Running;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With real processes, which answer health and nothing else. */
class FleetTest {
  private static final int PORT = 50099;
  private static final String MAIN = "dev/emporion/tiny/Main.class";

  @TempDir Path root;
  private Layout layout;
  private final List<String> told = new ArrayList<>();

  @BeforeEach
  void buildModule() throws IOException {
    layout = new Layout(root);
    Path target = Files.createDirectories(root.resolve("services/tiny/target"));
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Files.writeString(
        target.resolve("classpath"),
        Stream.of(classPath.split(":"))
            .filter(entry -> Files.isRegularFile(Path.of(entry)))
            .collect(Collectors.joining(":")));
    try (OutputStream file =
            Files.newOutputStream(target.resolve("emporion-tiny-0.1.0-SNAPSHOT.jar"));
        ZipOutputStream jar = new ZipOutputStream(file);
        var main = FleetTest.class.getClassLoader().getResourceAsStream(MAIN)) {
      jar.putNextEntry(new ZipEntry(MAIN));
      main.transferTo(jar);
    }
  }

  @AfterEach
  void end() {
    // A fleet that still looks after them would start them again.
    fleets.forEach(fleet -> fleet.deployment("tiny").stop(fleet.instances()));
    new Processes(layout).all().forEach(Running::kill);
  }

  private final List<Fleet> fleets = new ArrayList<>();

  private Fleet fleet() {
    Fleet fleet = new Fleet(layout, Ports.fromEnvironment());
    fleets.add(fleet);
    fleet.use(
        List.of(
            new PodTemplate.Service(
                "tiny",
                Map.of("app", "tiny"),
                List.of(new Registry.Port("grpc", PORT, PORT, Registry.Protocol.GRPC)))));
    fleet.tell(
        new Fleet.Callers() {
          @Override
          public void changed() {}

          @Override
          public void tell() {
            told.add(describe(fleet));
          }
        });
    return fleet;
  }

  /** Who is there, whether it is balanced to, and whether its process is alive. */
  private static String describe(Fleet fleet) {
    return fleet.instances().stream()
        .map(
            instance ->
                instance.id()
                    + (instance.isReady() ? " ready" : " out")
                    + (instance.app().orElseThrow().running().isPresent() ? "" : " dead"))
        .collect(Collectors.joining(", "));
  }

  private static PodTemplate template(String greeting) {
    return new PodTemplate(
        "tiny",
        "tiny",
        Map.of("app", "tiny"),
        1,
        false,
        false,
        Optional.of(
            new PodTemplate.Program(
                "services/tiny",
                List.of("serve"),
                Map.of("LISTEN_ADDRESS", "0.0.0.0:" + PORT, "GREETING", greeting),
                false,
                new PodTemplate.Probes(
                    PORT,
                    "",
                    new PodTemplate.Period(Duration.ofMillis(200), Duration.ofSeconds(2), 3),
                    Duration.ofMinutes(1)))),
        List.of(PORT));
  }

  private static long pid(Instance instance) {
    return instance.app().orElseThrow().running().orElseThrow().identity().pid();
  }

  @Test
  void whatIsWantedIsStartedOnceAndRegistered() {
    Fleet fleet = fleet();
    assertThat(fleet.deployment("tiny").bring(template("hello"), 2, false)).isEqualTo(2);
    assertThat(describe(fleet)).isEqualTo("tiny-1 ready, tiny-2 ready");
    assertThat(fleet.registry().service("tiny").orElseThrow().instances())
        .allMatch(Registry.Instance::ready)
        .extracting(instance -> instance.addresses().get(PORT))
        .doesNotHaveDuplicates();
    assertThat(fleet.deployment("tiny").bring(template("hello"), 2, false)).isZero();
  }

  @Test
  void aChangeStartsTheNewOneBeforeTheOldOneIsTakenOut() {
    Fleet fleet = fleet();
    fleet.deployment("tiny").bring(template("hello"), 1, false);
    assertThat(fleet.deployment("tiny").bring(template("good evening"), 1, false)).isEqualTo(1);
    // When callers hear that the old one is out, the new one is ready and the old one still lives.
    assertThat(told).containsExactly("tiny-1 out, tiny-2 ready");
    assertThat(describe(fleet)).isEqualTo("tiny-2 ready");
  }

  @Test
  void oneThatIsKilledComesBack() {
    Fleet fleet = fleet();
    fleet.deployment("tiny").bring(template("hello"), 1, false);
    Instance instance = fleet.named("tiny");
    long before = pid(instance);
    instance.kill();
    assertThat(instance.isReady()).isFalse();
    eventually(() -> assertThat(instance.isReady()).isTrue());
    assertThat(pid(instance)).isNotEqualTo(before);
  }

  @Test
  void ofTooManyThoseThatServeStay() {
    Fleet fleet = fleet();
    fleet.deployment("tiny").bring(template("hello"), 2, false);
    fleet.named("tiny-1").drain();
    fleet.deployment("tiny").bring(template("hello"), 1, false);
    assertThat(describe(fleet)).isEqualTo("tiny-2 ready");
  }

  @Test
  void whoeverComesLaterTakesOverWhatRuns() {
    Fleet first = fleet();
    first.deployment("tiny").bring(template("hello"), 2, false);
    List<Long> before = first.instances().stream().map(FleetTest::pid).toList();

    Fleet later = fleet();
    assertThat(later.isAnythingLeft()).isTrue();
    later.adopt(Map.of("tiny", template("hello")));

    eventually(() -> assertThat(describe(later)).isEqualTo("tiny-1 ready, tiny-2 ready"));
    assertThat(later.instances().stream().map(FleetTest::pid)).isEqualTo(before);
    assertThat(later.deployment("tiny").bring(template("hello"), 2, false)).isZero();
  }

  @Test
  void whatNoManifestNamesAnyLongerIsEnded() {
    fleet().deployment("tiny").bring(template("hello"), 1, false);
    Fleet first = fleets.removeFirst();
    Instance orphan = first.named("tiny");
    Fleet later = fleet();
    later.adopt(Map.of());
    assertThat(later.instances()).isEmpty();
    first.deployment("tiny").stop(List.of(orphan));
    assertThat(new Processes(layout).all()).isEmpty();
  }
}
