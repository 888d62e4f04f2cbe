package dev.emporion.images;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Makes one image. Owners are root and times are fixed, so the same files give the same digest; the
 * program runs as a user that owns none of them.
 */
@Command(name = "images", mixinStandardHelpOptions = true, description = "Makes one image.")
public final class Main implements Callable<Integer> {
  private static final String USER = "10001:10001";
  private static final FilePermissions FOLDER = FilePermissions.fromOctalString("755");
  private static final FilePermissions FILE = FilePermissions.fromOctalString("644");

  /** One second after the epoch, as Jib itself dates files: an AOT cache knows its jars by it. */
  private static final Instant FILE_TIME = Instant.ofEpochSecond(1);

  /** The machine's own: its JDK, its packages. */
  private static final Platform PLATFORM =
      new Platform("aarch64".equals(System.getProperty("os.arch")) ? "arm64" : "amd64", "linux");

  @Option(names = "--name", required = true, description = "registry/path/name:tag")
  private String name;

  @Option(names = "--tar", description = "Where the image is written; without it, it is pushed.")
  private Path tar;

  @Option(names = "--base", description = "An image of a registry to build upon, else nothing.")
  private String base;

  @Option(names = "--cache", required = true, description = "Where layers are kept between runs.")
  private Path cache;

  @Option(names = "--created", required = true, description = "Seconds since 1970.")
  private long created;

  @Option(names = "--label", description = "name=value")
  private Map<String, String> labels = Map.of();

  @Option(names = "--env", description = "name=value")
  private Map<String, String> environment = Map.of();

  @Option(names = "--bom", required = true, description = "Where the bill of materials is written.")
  private Path bom;

  @Option(names = "--maven-bom", description = "What Maven says of the jars.")
  private Path mavenBom;

  @Option(names = "--contains", description = "What else is in it: pkg:generic/name@version")
  private List<String> others = List.of();

  @Option(names = "--layer", required = true, description = "name=FOLDER, copied to / in order.")
  private Map<String, Path> layers;

  @Parameters(arity = "1..*", description = "The entry point.")
  private List<String> entrypoint;

  private Main() {}

  public static void main(String[] args) {
    System.exit(
        new CommandLine(new Main())
            .setExecutionExceptionHandler(
                (e, _, _) -> {
                  System.err.println("images: " + message(e));
                  return 1;
                })
            .execute(args));
  }

  private static String message(Throwable e) {
    return e.getCause() == null ? e.getMessage() : e.getMessage() + ": " + message(e.getCause());
  }

  @Override
  public Integer call() throws Exception {
    JibContainerBuilder image = base == null ? Jib.fromScratch() : Jib.from(base);
    image.setPlatforms(Set.of(PLATFORM));
    for (Map.Entry<String, Path> layer : layers.entrySet()) {
      image.addFileEntriesLayer(layer(layer.getKey(), layer.getValue()));
    }
    image
        .setUser(USER)
        .setLabels(labels)
        .addLabel("org.opencontainers.image.created", Instant.ofEpochSecond(created).toString())
        .setEnvironment(environment)
        .setCreationTime(Instant.ofEpochSecond(created))
        .setEntrypoint(entrypoint);
    String digest = image.containerize(target()).getDigest().toString();
    Files.writeString(bom, bom(digest));
    System.out.println(digest);
    return 0;
  }

  private String bom(String digest) throws IOException, InvalidImageReferenceException {
    ImageReference reference = ImageReference.parse(name);
    Bom contents = mavenBom == null ? Bom.empty() : Bom.ofMaven(mavenBom);
    for (Path layer : layers.values()) {
      contents.addPackages(layer);
    }
    return contents
        .addOthers(others)
        .of(
            reference.getRepository(),
            reference.getTag().orElseThrow(),
            digest,
            Instant.ofEpochSecond(created));
  }

  private Containerizer target() throws InvalidImageReferenceException {
    ImageReference reference = ImageReference.parse(name);
    Containerizer target =
        tar == null
            ? Containerizer.to(
                RegistryImage.named(reference)
                    .addCredentialRetriever(
                        CredentialRetrieverFactory.forImage(reference, _ -> {}).dockerConfig()))
            : Containerizer.to(TarImage.at(tar).named(reference));
    return target
        .setToolName("emporion-images")
        .setBaseImageLayersCache(cache)
        .setApplicationLayersCache(cache)
        .setAllowInsecureRegistries(tar == null && reference.getRegistry().startsWith("localhost"));
  }

  private static FileEntriesLayer layer(String name, Path folder) throws IOException {
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(name);
    for (Path path : sorted(folder)) {
      AbsoluteUnixPath there = AbsoluteUnixPath.get("/" + folder.relativize(path));
      boolean executable = Files.isDirectory(path) || Files.isExecutable(path);
      layer.addEntry(path, there, executable ? FOLDER : FILE, FILE_TIME);
    }
    return layer.build();
  }

  private static List<Path> sorted(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      List<Path> sorted = new ArrayList<>(paths.filter(path -> !path.equals(folder)).toList());
      sorted.sort(null);
      return sorted;
    }
  }
}
