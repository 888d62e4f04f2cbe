package dev.emporion.mesh;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a module's Main is started, on the JDK that runs us. If there is an AOT cache for exactly
 * these jars, this JVM and these flags, it is used: the cache is found by their hash, because a JVM
 * does not notice that a jar changed and would run the old classes (JDK-8377932).
 */
record Jvm(Layout layout, ModuleJars jars) {
  private static final List<String> FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-Xmx768m",
          "-XX:+ExitOnOutOfMemoryError",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  static Jvm of(Layout layout, String module) {
    return new Jvm(layout, ModuleJars.of(layout, module));
  }

  /** The command that runs the program as fast as what is there allows. */
  List<String> run(List<String> arguments) {
    List<String> cache =
        Files.exists(cache()) ? List.of("-XX:AOTCache=" + cache()) : List.<String>of();
    return command(cache, arguments);
  }

  /** The command that runs the program and writes {@code output} when it ends. */
  List<String> train(Path output, List<String> arguments) {
    return command(List.of("-XX:AOTCacheOutput=" + output), arguments);
  }

  /** The command that runs us, the runner, once more. */
  static List<String> self(String... arguments) {
    List<String> command = new ArrayList<>(List.of(java()));
    command.add("-Demporion.root=" + System.getProperty("emporion.root"));
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  Path cache() {
    return layout.aot().resolve(name() + "-" + digest() + ".aot");
  }

  /** Of all that decides whether a cache fits and whether a running process is up to date. */
  String digest() {
    String build = System.getProperty("java.vm.version") + System.getProperty("java.home");
    return ModuleJars.digest(jars.digest() + build + FLAGS);
  }

  String name() {
    return Path.of(jars.module()).getFileName().toString();
  }

  private List<String> command(List<String> aot, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(java());
    command.addAll(FLAGS);
    command.addAll(aot);
    command.addAll(List.of("-cp", jars.classPath(), mainClass()));
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
