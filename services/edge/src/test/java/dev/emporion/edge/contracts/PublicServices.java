package dev.emporion.edge.contracts;

import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.io.IOException;
import java.util.List;

/** What the contracts say, for tests outside this package. */
public final class PublicServices {

  private PublicServices() {}

  public static List<String> names() throws IOException {
    return Contracts.read().publicServices().stream().map(ServiceDescriptor::getFullName).toList();
  }
}
