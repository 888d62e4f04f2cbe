package dev.emporion.platform;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.rpc.ErrorDetailsProto;
import io.grpc.BindableService;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;

/**
 * Lets reflection tell what error details look like. It knows the files that services import, and
 * no contract imports the details, so grpcurl would show them as bytes. So one service, health, is
 * said to come from a file that imports them.
 */
final class DetailReflection {

  private DetailReflection() {}

  static ServerServiceDefinition of(BindableService service) {
    ServerServiceDefinition definition = service.bindService();
    ServiceDescriptor descriptor = definition.getServiceDescriptor();
    FileDescriptor own =
        ((ProtoFileDescriptorSupplier) descriptor.getSchemaDescriptor()).getFileDescriptor();
    var widened = ServiceDescriptor.newBuilder(descriptor.getName());
    descriptor.getMethods().forEach(widened::addMethod);
    FileDescriptor importing = fileThatImports(own, ErrorDetailsProto.getDescriptor());
    widened.setSchemaDescriptor((ProtoFileDescriptorSupplier) () -> importing);
    var result = ServerServiceDefinition.builder(widened.build());
    for (ServerMethodDefinition<?, ?> method : definition.getMethods()) {
      result.addMethod(method);
    }
    return result.build();
  }

  private static FileDescriptor fileThatImports(FileDescriptor... files) {
    var file = FileDescriptorProto.newBuilder().setName("emporion/reflection.proto");
    for (FileDescriptor each : files) {
      file.addDependency(each.getFullName());
    }
    try {
      return FileDescriptor.buildFrom(file.build(), files);
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException(e);
    }
  }
}
