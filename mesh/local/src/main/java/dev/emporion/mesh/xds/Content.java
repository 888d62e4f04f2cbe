package dev.emporion.mesh.xds;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * All resources of one kind for one Envoy, by name.
 *
 * @param version a hash of them, the same after a restart for the same content
 */
record Content(SortedMap<String, Any> resources, String version) {
  private static final int VERSION_CHARACTERS = 16;

  static final Content NONE = of(new TreeMap<>());

  static <M extends Message> Content of(List<M> messages, Function<M, String> name) {
    SortedMap<String, Any> resources = new TreeMap<>();
    for (M message : messages) {
      if (resources.put(name.apply(message), pack(message)) != null) {
        throw new IllegalArgumentException("twice " + name.apply(message));
      }
    }
    return of(resources);
  }

  private static Content of(SortedMap<String, Any> resources) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      resources.forEach(
          (name, any) -> {
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            digest.update(any.getValue().asReadOnlyByteBuffer());
          });
      String hash = HexFormat.of().formatHex(digest.digest());
      return new Content(resources, hash.substring(0, VERSION_CHARACTERS));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As {@link Any#pack}, but maps in one order: else equal messages would differ in version. */
  private static Any pack(Message message) {
    byte[] bytes = new byte[message.getSerializedSize()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      message.writeTo(out);
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Any.newBuilder()
        .setTypeUrl(ResourceType.URL_PREFIX + message.getDescriptorForType().getFullName())
        .setValue(ByteString.copyFrom(bytes))
        .build();
  }

  /** With what the other has beyond it. */
  Content plus(Content other) {
    if (resources.keySet().containsAll(other.resources.keySet())) {
      return this;
    }
    SortedMap<String, Any> all = new TreeMap<>(other.resources);
    all.putAll(resources);
    return of(all);
  }

  /** Whether it has a resource that the other lacks or has otherwise. */
  boolean addsTo(Content other) {
    return !other.resources.entrySet().containsAll(resources.entrySet());
  }

  Collection<Any> all() {
    return resources.values();
  }

  List<Any> named(Set<String> names) {
    return names.stream().filter(resources::containsKey).sorted().map(resources::get).toList();
  }
}
