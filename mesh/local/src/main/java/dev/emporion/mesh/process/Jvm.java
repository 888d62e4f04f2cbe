package dev.emporion.mesh.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * How a module's Main is started, on the JDK that runs us. If there is an AOT cache for exactly
 * these jars, this JVM and these flags, it is used: the cache is found by their hash, because a JVM
 * does not notice that a jar changed and would run the old classes (JDK-8377932).
 *
 * @param flags beside those that all have
 * @param later flags that do not matter to a cache: those of the run alone, not of the training
 */
public record Jvm(Layout layout, ModuleJars jars, List<String> flags, List<String> later) {
  private static final String MODULE = "mesh/local";
  private static final String RUNNER = "dev.emporion.mesh.Main";

  /** For a process that has the machine to itself. */
  private static final List<String> ALONE = List.of("-Xmx768m");

  private static final List<String> SELF =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xmx128m",
          "-Xss512k",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  /** What lasts should not keep what it needed once. */
  private static final List<String> LASTING =
      List.of("-Xmx64m", "-XX:MinHeapFreeRatio=15", "-XX:MaxHeapFreeRatio=30");

  private static final List<String> FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:+ExitOnOutOfMemoryError",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  public static Jvm of(Layout layout, String module) {
    return of(layout, module, ALONE);
  }

  /**
   * @param flags beside those that all have
   */
  public static Jvm of(Layout layout, String module, List<String> flags) {
    return new Jvm(layout, ModuleJars.of(layout, module), flags, List.of());
  }

  /** The same with flags that do not matter to a cache. */
  public Jvm later(List<String> flags) {
    return new Jvm(layout, jars, this.flags, flags);
  }

  /** The command that runs the program as fast as what is there allows. */
  public List<String> run(List<String> arguments) {
    List<String> more = new ArrayList<>(later);
    if (Files.exists(cache())) {
      more.add("-XX:AOTCache=" + cache());
    }
    return command(more, arguments);
  }

  /** The command that runs the program and writes {@code output} when it ends. */
  public List<String> train(Path output, List<String> arguments) {
    return command(List.of("-XX:AOTCacheOutput=" + output), arguments);
  }

  /** Of what {@link #self} would run. */
  public static String selfDigest() {
    StringBuilder all = new StringBuilder(System.getProperty("java.vm.version"));
    for (String path : ownClassPath().split(":")) {
      File jar = new File(path);
      all.append(path).append(jar.length()).append(jar.lastModified());
    }
    return ModuleJars.digest(all.toString());
  }

  /** Jars that no build overwrites. */
  private static String kept(Layout layout, List<Path> jars) {
    JarStore store = new JarStore(layout);
    return ModuleJars.classPath(jars.stream().map(store::keep).toList());
  }

  /** The command that runs us, the runner, once more, for long. */
  public static List<String> self(Layout layout, String... arguments) {
    List<Path> jars = Stream.of(ownClassPath().split(":")).map(Path::of).toList();
    return self(kept(layout, jars), LASTING, arguments);
  }

  /**
   * The command that runs us as the shell does, and writes {@code output} when it ends.
   *
   * @param output becomes {@link #selfCache} when it is whole
   */
  public static List<String> trainSelf(Layout layout, Path output, String... arguments) {
    String classPath = ModuleJars.of(layout, MODULE).classPath();
    return self(classPath, List.of("-XX:AOTCacheOutput=" + output), arguments);
  }

  private static List<String> self(String classPath, List<String> aot, String... arguments) {
    List<String> command = new ArrayList<>(List.of(java()));
    command.add("-Demporion.root=" + System.getProperty("emporion.root"));
    command.addAll(SELF);
    command.addAll(aot);
    command.addAll(List.of("-cp", classPath, RUNNER));
    command.addAll(List.of(arguments));
    return command;
  }

  private static String ownClassPath() {
    return System.getProperty("java.class.path");
  }

  /** The shell that starts us finds it as well, so it has no hash in its name but an age. */
  public static Path selfCache(Layout layout) {
    return layout.aot().resolve("emporion.aot");
  }

  /** Whether there is a cache of ours, newer than every jar. */
  public static boolean isSelfCached(Layout layout) {
    long made = selfCache(layout).toFile().lastModified();
    return ModuleJars.of(layout, MODULE).jars().stream()
        .allMatch(jar -> jar.toFile().lastModified() < made);
  }

  public Path cache() {
    return layout.aot().resolve(name() + "-" + digest() + ".aot");
  }

  /** Of all that decides whether a cache fits. */
  public String digest() {
    String build = System.getProperty("java.vm.version") + System.getProperty("java.home");
    return ModuleJars.digest(jars.digest() + build + FLAGS + flags);
  }

  public String name() {
    return Path.of(jars.module()).getFileName().toString();
  }

  private List<String> command(List<String> more, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(java());
    command.addAll(FLAGS);
    command.addAll(flags);
    command.addAll(more);
    command.addAll(List.of("-cp", kept(layout, jars.jars()), mainClass()));
    command.addAll(arguments);
    return command;
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private String mainClass() {
    return "dev.emporion." + name() + ".Main";
  }
}
