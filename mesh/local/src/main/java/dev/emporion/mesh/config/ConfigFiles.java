package dev.emporion.mesh.config;

import dev.emporion.mesh.istio.IstioConfig;
import dev.emporion.mesh.istio.IstioKind;
import dev.emporion.mesh.istio.IstioKinds;
import dev.emporion.mesh.istio.MeshConfig;
import dev.emporion.mesh.istio.MeshConfigReader;
import dev.emporion.mesh.manifest.Manifest;
import dev.emporion.mesh.manifest.ManifestKinds;
import dev.emporion.mesh.yaml.Node;
import dev.emporion.mesh.yaml.Problems;
import dev.emporion.mesh.yaml.Reading;
import dev.emporion.mesh.yaml.Where;
import java.nio.file.Path;
import java.util.List;

/**
 * The files that the mesh is made of, and nothing else is.
 *
 * @param root problems name files from here
 * @param istio the folder of Istio's kinds, with its subfolders
 * @param meshConfig Istio's MeshConfig; may be missing
 * @param services a folder of services, each with a folder {@code deploy}
 * @param gateway the folder of the gateway's manifests
 */
public record ConfigFiles(Path root, Path istio, Path meshConfig, Path services, Path gateway) {

  /** Those of a checkout. */
  public static ConfigFiles of(Path root) {
    return new ConfigFiles(
        root,
        root.resolve("mesh/istio"),
        root.resolve("mesh/cluster/meshconfig.yaml"),
        root.resolve("services"),
        root.resolve("mesh/gateway/deploy"));
  }

  /** Reads all of it, anew each time: it is small. */
  public ConfigResult read() {
    Problems problems = new Problems();
    YamlFolder files = new YamlFolder(root, problems);
    List<IstioKind> documents =
        files.below(istio).stream()
            .flatMap(document -> IstioKinds.ALL.read(document, problems).stream())
            .toList();
    List<Manifest> manifests =
        files.manifests(services, gateway).stream()
            .flatMap(document -> ManifestKinds.ALL.read(document, problems).stream())
            .toList();
    IstioConfig config = new IstioConfig(meshConfig(files, problems), documents);
    if (!problems.isEmpty()) {
      return new ConfigResult.Broken(problems.sorted());
    }
    return join(config, manifests, problems);
  }

  /**
   * Only of files that are right in themselves: a missing half would look like wrong references.
   */
  private static ConfigResult join(IstioConfig istio, List<Manifest> manifests, Problems problems) {
    Manifests joined = Manifests.join(manifests, problems);
    Config config = new Config(istio, joined.workloads(), joined.services());
    new References(config, joined.serviceAccounts(), problems).check();
    return problems.isEmpty()
        ? new ConfigResult.Valid(config)
        : new ConfigResult.Broken(problems.sorted());
  }

  private MeshConfig meshConfig(YamlFolder files, Problems problems) {
    List<Node.Mapping> documents = files.optional(meshConfig);
    if (documents.size() > 1) {
      problems.add(documents.get(1).where(), "a mesh has one configuration");
    }
    return documents.stream()
        .findFirst()
        .map(document -> Reading.read(document, problems, MeshConfigReader::read))
        .orElseGet(() -> MeshConfigReader.nothingSaid(new Where(files.name(meshConfig), 1, "")));
  }
}
