package dev.emporion.e2e;

import build.buf.validate.ValidateProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.ExtensionRegistry;
import io.grpc.protobuf.ProtoUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Every RPC there is, from the descriptor set that the contracts carry. */
final class Contracts {
  private static final String RESOURCE = "/emporion/contracts.binpb";

  private final Map<String, FileDescriptorProto> files = new HashMap<>();
  private final Map<String, FileDescriptor> built = new HashMap<>();

  private Contracts() {}

  static List<MethodDescriptor> methods() {
    var contracts = new Contracts();
    var registry = ExtensionRegistry.newInstance();
    ValidateProto.registerAllExtensions(registry);
    try (var in = Contracts.class.getResourceAsStream(RESOURCE)) {
      FileDescriptorSet.parseFrom(in, registry)
          .getFileList()
          .forEach(file -> contracts.files.put(file.getName(), file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return contracts.files.keySet().stream()
        .filter(name -> name.startsWith("emporion/"))
        .sorted()
        .map(contracts::build)
        .flatMap(file -> file.getServices().stream())
        .flatMap(service -> service.getMethods().stream())
        .toList();
  }

  private FileDescriptor build(String name) {
    FileDescriptor known = built.get(name);
    if (known != null) {
      return known;
    }
    FileDescriptorProto file = files.get(name);
    var dependencies =
        file.getDependencyList().stream().map(this::build).toArray(FileDescriptor[]::new);
    try {
      FileDescriptor descriptor = FileDescriptor.buildFrom(file, dependencies);
      built.put(name, descriptor);
      return descriptor;
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException(name, e);
    }
  }

  /** The same RPC as gRPC has it, for messages without generated code. */
  static io.grpc.MethodDescriptor<DynamicMessage, DynamicMessage> grpc(MethodDescriptor method) {
    return io.grpc.MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
        .setType(
            method.isClientStreaming()
                ? io.grpc.MethodDescriptor.MethodType.CLIENT_STREAMING
                : method.isServerStreaming()
                    ? io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING
                    : io.grpc.MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(
            io.grpc.MethodDescriptor.generateFullMethodName(
                method.getService().getFullName(), method.getName()))
        .setRequestMarshaller(marshaller(method.getInputType()))
        .setResponseMarshaller(marshaller(method.getOutputType()))
        .build();
  }

  private static io.grpc.MethodDescriptor.Marshaller<DynamicMessage> marshaller(Descriptor type) {
    return ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(type));
  }
}
