package dev.emporion.images;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is in an image, as CycloneDX JSON: the jars as Maven's plugin tells them, the Debian
 * packages whose control files are in a layer, and what the caller adds. The same image gives the
 * same bytes.
 */
final class Bom {
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private final JsonArray components = new JsonArray();
  private final JsonArray dependencies;
  private final JsonObject metadata;
  private final JsonArray contents = new JsonArray();

  private Bom(JsonObject maven) {
    metadata = objectOf(maven, "metadata");
    dependencies = arrayOf(maven, "dependencies");
    if (metadata.has("component")) {
      JsonObject program = metadata.getAsJsonObject("component");
      program.addProperty("type", "application");
      add(program);
    }
    arrayOf(maven, "components").forEach(components::add);
  }

  /** Of a module's BOM as Maven's plugin writes it. */
  static Bom ofMaven(Path file) throws IOException {
    return new Bom(JsonParser.parseString(Files.readString(file)).getAsJsonObject());
  }

  static Bom empty() {
    JsonObject nothing = new JsonObject();
    nothing.add("metadata", new JsonObject());
    return new Bom(nothing);
  }

  private static JsonObject objectOf(JsonObject parent, String name) {
    return parent.getAsJsonObject(name);
  }

  private static JsonArray arrayOf(JsonObject parent, String name) {
    return parent.has(name) ? parent.getAsJsonArray(name) : new JsonArray();
  }

  /** The packages of a layer, as scanners find them too: by {@code var/lib/dpkg/status.d}. */
  Bom addPackages(Path layer) throws IOException {
    Path controls = layer.resolve("var/lib/dpkg/status.d");
    if (!Files.isDirectory(controls)) {
      return this;
    }
    Map<String, String> system = fields(layer.resolve("etc/os-release"), "=");
    String distribution = system.get("ID") + "-" + system.get("VERSION_ID").replace("\"", "");
    for (Path control : sorted(controls)) {
      Map<String, String> fields = fields(control, ": ");
      // Version numbers of a source's own stand behind it in brackets.
      String source = fields.getOrDefault("Source", fields.get("Package")).replaceAll(" .*", "");
      String purl =
          "pkg:deb/%s/%s@%s?arch=%s&distro=%s&upstream=%s"
              .formatted(
                  system.get("ID"),
                  fields.get("Package").replace("+", "%2B"),
                  fields.get("Version").replace("+", "%2B").replace(":", "%3A"),
                  fields.get("Architecture"),
                  distribution,
                  source.replace("+", "%2B"));
      add(component("library", fields.get("Package"), fields.get("Version"), purl));
    }
    return this;
  }

  /** Each as {@code pkg:generic/name@version}, with the version left out where nobody knows it. */
  Bom addOthers(Collection<String> purls) {
    for (String purl : purls) {
      String[] parts = purl.substring(purl.lastIndexOf('/') + 1).split("@", 2);
      add(
          component(
              "library", parts[0], parts.length == 1 ? null : parts[1].replace("%2B", "+"), purl));
    }
    return this;
  }

  String of(String image, String tag, String digest, Instant created) {
    String purl =
        "pkg:oci/%s@%s?tag=%s"
            .formatted(
                image.substring(image.lastIndexOf('/') + 1), digest.replace(":", "%3A"), tag);
    JsonObject container = component("container", image, tag, purl);
    metadata.addProperty("timestamp", created.toString());
    metadata.add("component", container);
    JsonObject bom = new JsonObject();
    bom.addProperty("bomFormat", "CycloneDX");
    bom.addProperty("specVersion", "1.6");
    bom.addProperty("version", 1);
    bom.add("metadata", metadata);
    bom.add("components", components);
    JsonObject dependency = new JsonObject();
    dependency.addProperty("ref", purl);
    dependency.add("dependsOn", contents);
    dependencies.add(dependency);
    bom.add("dependencies", dependencies);
    return GSON.toJson(bom) + "\n";
  }

  private void add(JsonObject component) {
    components.add(component);
    contents.add(component.get("bom-ref"));
  }

  private static JsonObject component(String type, String name, String version, String purl) {
    JsonObject component = new JsonObject();
    component.addProperty("type", type);
    component.addProperty("bom-ref", purl);
    component.addProperty("name", name);
    if (version != null) {
      component.addProperty("version", version);
    }
    component.addProperty("purl", purl);
    return component;
  }

  /** Lines that go on from the one before begin with a space and are left out. */
  private static Map<String, String> fields(Path file, String separator) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> !line.startsWith(" ") && line.contains(separator))
        .map(line -> line.split(separator, 2))
        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (a, _) -> a, TreeMap::new));
  }

  private static List<Path> sorted(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
