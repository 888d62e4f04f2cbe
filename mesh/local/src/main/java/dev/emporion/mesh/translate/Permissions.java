package dev.emporion.mesh.translate;

import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig;
import io.envoyproxy.envoy.type.matcher.v3.PathMatcher;
import java.util.List;

/** What may be done: words for Envoy's permissions. */
final class Permissions {
  private Permissions() {}

  static Permission all(List<Permission> each) {
    Permission.Set.Builder set = Permission.Set.newBuilder().addAllRules(each);
    if (each.isEmpty()) {
      set.addRules(Permission.newBuilder().setAny(true));
    }
    return Permission.newBuilder().setAndRules(set).build();
  }

  static Permission any(List<Permission> each) {
    return Permission.newBuilder()
        .setOrRules(Permission.Set.newBuilder().addAllRules(each))
        .build();
  }

  static Permission not(Permission permission) {
    return Permission.newBuilder().setNotRule(permission).build();
  }

  static Permission host(String value) {
    return Permission.newBuilder().setHeader(Matchers.header(":authority", value, true)).build();
  }

  static Permission method(String value) {
    return Permission.newBuilder().setHeader(Matchers.header(":method", value, false)).build();
  }

  /** {@code {*}} stands for a part of a path, {@code {**}} for any number of them. */
  static Permission path(String value) {
    if (value.contains("{*}") || value.contains("{**}")) {
      String template = value.replace("{**}", "**").replace("{*}", "*");
      return Permission.newBuilder()
          .setUriTemplate(
              TypedExtensionConfig.newBuilder()
                  .setName("uri-template")
                  .setTypedConfig(
                      Protos.any(
                          UriTemplateMatchConfig.newBuilder().setPathTemplate(template).build())))
          .build();
    }
    return Permission.newBuilder()
        .setUrlPath(PathMatcher.newBuilder().setPath(Matchers.text(value)))
        .build();
  }

  /** Known beforehand: each port has a listener of its own. */
  static Permission known(boolean so) {
    Permission always = Permission.newBuilder().setAny(true).build();
    return so ? always : not(always);
  }

  static Permission address(String value) {
    return Permission.newBuilder().setDestinationIp(Matchers.addresses(value)).build();
  }

  static Permission sni(String value) {
    return Permission.newBuilder().setRequestedServerName(Matchers.text(value)).build();
  }
}
