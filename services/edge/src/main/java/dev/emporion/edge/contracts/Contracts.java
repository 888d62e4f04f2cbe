package dev.emporion.edge.contracts;

import build.buf.validate.ValidateProto;
import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.ExtensionRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The contracts as protoc wrote them down, with their comments, which the generated classes lack.
 */
final class Contracts {
  private static final String DOCUMENTED = "/emporion/contracts-documented.binpb";

  // The numbers by which google.protobuf.SourceCodeInfo names what a comment belongs to.
  private static final int FILE_MESSAGES = 4;
  private static final int FILE_ENUMS = 5;
  private static final int FILE_SERVICES = 6;
  private static final int MESSAGE_FIELDS = 2;
  private static final int MESSAGE_MESSAGES = 3;
  private static final int MESSAGE_ENUMS = 4;
  private static final int MEMBERS = 2;

  private final Map<String, FileDescriptor> files;
  private final Map<String, Map<List<Integer>, String>> comments = new HashMap<>();

  private Contracts(FileDescriptorSet set) throws DescriptorValidationException {
    files = link(set);
    for (FileDescriptorProto file : set.getFileList()) {
      var ofFile = new HashMap<List<Integer>, String>();
      for (var location : file.getSourceCodeInfo().getLocationList()) {
        ofFile.put(location.getPathList(), plain(location.getLeadingComments()));
      }
      comments.put(file.getName(), ofFile);
    }
  }

  /** Those that the module of the contracts was built from. */
  static Contracts read() throws IOException {
    var options = ExtensionRegistry.newInstance();
    AnnotationsProto.registerAllExtensions(options);
    ValidateProto.registerAllExtensions(options);
    try (InputStream in = Contracts.class.getResourceAsStream(DOCUMENTED)) {
      return new Contracts(FileDescriptorSet.parseFrom(in, options));
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException("protoc wrote descriptors that do not fit together", e);
    }
  }

  /** In a set that protoc wrote, a file stands behind those it imports. */
  private static Map<String, FileDescriptor> link(FileDescriptorSet set)
      throws DescriptorValidationException {
    var linked = new LinkedHashMap<String, FileDescriptor>();
    for (FileDescriptorProto file : set.getFileList()) {
      var imports = file.getDependencyList().stream().map(linked::get);
      linked.put(
          file.getName(), FileDescriptor.buildFrom(file, imports.toArray(FileDescriptor[]::new)));
    }
    return linked;
  }

  /** Services of which at least one RPC is open to the world, by name. */
  List<ServiceDescriptor> publicServices() {
    return files.values().stream()
        .flatMap(file -> file.getServices().stream())
        .filter(service -> service.getMethods().stream().anyMatch(rpc -> http(rpc).isPresent()))
        .sorted(Comparator.comparing(ServiceDescriptor::getFullName))
        .toList();
  }

  /** How REST reaches an RPC; empty for one that services alone call. */
  static Optional<HttpRule> http(MethodDescriptor rpc) {
    var options = rpc.getOptions();
    return options.hasExtension(AnnotationsProto.http)
        ? Optional.of(options.getExtension(AnnotationsProto.http))
        : Optional.empty();
  }

  /** A message of any file. */
  Descriptor message(String fullName) {
    return files.values().stream()
        .flatMap(file -> file.getMessageTypes().stream())
        .filter(message -> message.getFullName().equals(fullName))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no contract has " + fullName));
  }

  /** A message's or an enum's neighbour in its package, as in {@code emporion.common.v1}. */
  EnumDescriptor enumeration(String fullName) {
    return files.values().stream()
        .flatMap(file -> file.getEnumTypes().stream())
        .filter(found -> found.getFullName().equals(fullName))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no contract has " + fullName));
  }

  /** The comment above it, or "". */
  String comment(GenericDescriptor of) {
    return comments.getOrDefault(of.getFile().getName(), Map.of()).getOrDefault(path(of), "");
  }

  private static List<Integer> path(GenericDescriptor of) {
    return switch (of) {
      case ServiceDescriptor service -> List.of(FILE_SERVICES, service.getIndex());
      case MethodDescriptor rpc -> below(rpc.getService(), MEMBERS, rpc.getIndex());
      case FieldDescriptor field ->
          below(field.getContainingType(), MESSAGE_FIELDS, field.getIndex());
      case EnumValueDescriptor value -> below(value.getType(), MEMBERS, value.getIndex());
      case EnumDescriptor type when type.getContainingType() == null ->
          List.of(FILE_ENUMS, type.getIndex());
      case EnumDescriptor type -> below(type.getContainingType(), MESSAGE_ENUMS, type.getIndex());
      case Descriptor type when type.getContainingType() == null ->
          List.of(FILE_MESSAGES, type.getIndex());
      case Descriptor type -> below(type.getContainingType(), MESSAGE_MESSAGES, type.getIndex());
      default -> List.of();
    };
  }

  private static List<Integer> below(GenericDescriptor parent, int kind, int index) {
    var path = new ArrayList<>(path(parent));
    path.add(kind);
    path.add(index);
    return path;
  }

  /** A comment as one text: lines broken for a narrow page are joined, paragraphs stay. */
  private static String plain(String comment) {
    return comment
        .strip()
        .replaceAll("[ \t]*\n[ \t]*\n[ \t]*", "\u0000")
        .replaceAll("\\s*\n\\s*", " ")
        .replace("\u0000", "\n\n");
  }
}
