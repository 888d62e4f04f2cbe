package dev.emporion.mesh.traffic;

import com.google.api.AnnotationsProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodOptions.IdempotencyLevel;
import com.google.protobuf.ExtensionRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the contracts say of an RPC.
 *
 * @param service whose it is, as its Deployment is called
 * @param path as Envoy sees it: {@code /emporion.orders.v1.OrdersService/PlaceOrder}
 * @param repeatable whether its idempotency_level is known
 * @param stream in either direction
 * @param open whether it is meant for the world: it has a google.api.http, or is what an operator's
 *     audit asks of every service
 */
record Rpc(String service, String path, boolean repeatable, boolean stream, boolean open) {
  private static final String CONTRACTS = "/emporion/contracts.binpb";
  private static final String OURS = "emporion.";
  private static final Pattern AUDIT = Pattern.compile("CheckBooks|Audit[A-Z].*");

  /** Every RPC of {@code proto/}, from the descriptor set that the contracts carry. */
  static List<Rpc> all() {
    var registry = ExtensionRegistry.newInstance();
    AnnotationsProto.registerAllExtensions(registry);
    try (var in = Rpc.class.getResourceAsStream(CONTRACTS)) {
      return FileDescriptorSet.parseFrom(in, registry).getFileList().stream()
          .filter(file -> file.getPackage().startsWith(OURS))
          .flatMap(Rpc::in)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Rpc> in(FileDescriptorProto file) {
    return file.getServiceList().stream()
        .flatMap(
            service ->
                service.getMethodList().stream()
                    .map(method -> of(file.getPackage(), service.getName(), method)));
  }

  private static Rpc of(String api, String service, MethodDescriptorProto method) {
    return new Rpc(
        api.split("\\.")[1],
        "/" + api + "." + service + "/" + method.getName(),
        method.getOptions().getIdempotencyLevel() != IdempotencyLevel.IDEMPOTENCY_UNKNOWN,
        method.getClientStreaming() || method.getServerStreaming(),
        method.getOptions().hasExtension(AnnotationsProto.http)
            || AUDIT.matcher(method.getName()).matches());
  }

  /** The same RPC, were its idempotency_level forgotten. */
  Rpc unrepeatable() {
    return new Rpc(service, path, false, stream, open);
  }
}
