package dev.emporion.edge.contracts;

import com.google.api.AnnotationsProto;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodOptions;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.rpc.ErrorDetailsProto;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What Envoy needs to know of the contracts in order to speak JSON: the messages, the paths, and
 * what error details look like. All else is left out, because it is written into the filter's
 * configuration, which each gateway keeps in memory and every edit sends anew.
 */
final class Transcoder {
  private static final String TEMPLATE = "json-transcoding.yaml.template";

  private Transcoder() {}

  /** The EnvoyFilter for the gateway, as YAML. */
  static String envoyFilter(Contracts contracts) {
    String services =
        contracts.publicServices().stream()
            .map(service -> "- " + service.getFullName())
            .collect(Collectors.joining("\n" + " ".repeat(14)));
    String descriptors = Base64.getEncoder().encodeToString(descriptors(contracts).toByteArray());
    return template().replace("${services}", services).replace("${descriptors}", descriptors);
  }

  /** The public services' files and those they import. */
  static FileDescriptorSet descriptors(Contracts contracts) {
    var files = new LinkedHashMap<String, FileDescriptorProto>();
    for (ServiceDescriptor service : contracts.publicServices()) {
      add(service.getFile(), files);
    }
    add(ErrorDetailsProto.getDescriptor(), files);
    return FileDescriptorSet.newBuilder().addAllFile(files.values()).build();
  }

  private static void add(FileDescriptor file, Map<String, FileDescriptorProto> files) {
    if (isForCompilers(file) || files.containsKey(file.getFullName())) {
      return;
    }
    file.getDependencies().forEach(imported -> add(imported, files));
    files.put(file.getFullName(), bare(file));
  }

  /** Files that say what options look like; Envoy has the one of interest built in. */
  private static boolean isForCompilers(FileDescriptor file) {
    return file.getPackage().startsWith("buf.validate") || file.getPackage().equals("google.api");
  }

  private static FileDescriptorProto bare(FileDescriptor file) {
    var bare = file.toProto().toBuilder().clearOptions().clearSourceCodeInfo().clearDependency();
    file.getDependencies().stream()
        .filter(imported -> !isForCompilers(imported))
        .forEach(imported -> bare.addDependency(imported.getFullName()));
    bare.getMessageTypeBuilderList().forEach(Transcoder::strip);
    bare.getEnumTypeBuilderList().forEach(Transcoder::strip);
    for (ServiceDescriptorProto.Builder service : bare.getServiceBuilderList()) {
      service.getMethodBuilderList().forEach(Transcoder::strip);
    }
    return bare.build();
  }

  private static void strip(DescriptorProto.Builder message) {
    message.getFieldBuilderList().forEach(FieldDescriptorProto.Builder::clearJsonName);
    message.getFieldBuilderList().forEach(FieldDescriptorProto.Builder::clearOptions);
    message.getNestedTypeBuilderList().forEach(Transcoder::strip);
    message.getEnumTypeBuilderList().forEach(Transcoder::strip);
    boolean isMapEntry = message.getOptions().getMapEntry();
    message.clearOptions();
    if (isMapEntry) {
      message.getOptionsBuilder().setMapEntry(true);
    }
  }

  private static void strip(EnumDescriptorProto.Builder type) {
    type.clearOptions();
    type.getValueBuilderList().forEach(value -> value.clearOptions());
  }

  private static void strip(MethodDescriptorProto.Builder rpc) {
    var options = rpc.getOptions();
    rpc.clearOptions();
    if (options.hasExtension(AnnotationsProto.http)) {
      rpc.setOptions(
          MethodOptions.newBuilder()
              .setExtension(AnnotationsProto.http, options.getExtension(AnnotationsProto.http)));
    }
  }

  private static String template() {
    try (InputStream in = Transcoder.class.getResourceAsStream(TEMPLATE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
