package dev.emporion.edge.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.AnnotationsProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TranscoderTest {
  private static final Path FILTER = Path.of("../../mesh/istio/gateway/json-transcoding.yaml");
  private static final int CLIENT_SIDE_APPLY_BYTES = 256 * 1024;

  private final Contracts contracts = read();

  @Test
  void theGatewaysFilterIsUpToDate() throws Exception {
    assertThat(Files.readString(FILTER))
        .as("run `make transcoder` and commit %s", FILTER.getFileName())
        .isEqualTo(Transcoder.envoyFilter(contracts));
  }

  @Test
  void itFitsIntoAnAnnotationOfKubectl() {
    assertThat(Transcoder.envoyFilter(contracts).length()).isLessThan(CLIENT_SIDE_APPLY_BYTES);
  }

  @Test
  void whatIsLeftOfTheContractsStandsByItself() throws Exception {
    Map<String, FileDescriptor> files = link(Transcoder.descriptors(contracts));
    assertThat(files).containsKey("google/rpc/error_details.proto");
    for (var service : contracts.publicServices()) {
      var left = files.get(service.getFile().getFullName()).findServiceByName(service.getName());
      assertThat(left.getMethods()).hasSameSizeAs(service.getMethods());
      for (MethodDescriptor rpc : service.getMethods()) {
        assertThat(
                left.findMethodByName(rpc.getName())
                    .getOptions()
                    .hasExtension(AnnotationsProto.http))
            .as(rpc.getFullName())
            .isEqualTo(Contracts.http(rpc).isPresent());
      }
    }
  }

  private static Map<String, FileDescriptor> link(FileDescriptorSet set) throws Exception {
    var files = new LinkedHashMap<String, FileDescriptor>();
    for (FileDescriptorProto file : set.getFileList()) {
      var imports =
          file.getDependencyList().stream().map(files::get).toArray(FileDescriptor[]::new);
      files.put(file.getName(), FileDescriptor.buildFrom(file, imports));
    }
    return files;
  }

  static Contracts read() {
    try {
      return Contracts.read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
