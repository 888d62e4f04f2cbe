package dev.emporion.edge;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/** All pages by their path, read once: they are part of the program. */
final class Pages {
  private static final String VIEWER = "/META-INF/resources/webjars/swagger-ui/";
  private static final String VIEWER_VERSION =
      "/META-INF/maven/org.webjars/swagger-ui/pom.properties";

  private static final String HTML = "text/html; charset=utf-8";
  private static final String SCRIPT = "text/javascript; charset=utf-8";
  private static final String STYLE = "text/css; charset=utf-8";
  private static final String ICON = "image/png";

  private Pages() {}

  static Map<String, Page> read() {
    var pages = new HashMap<String, Page>();
    pages.put("/healthz", Page.json("{\"status\":\"SERVING\"}\n"));
    pages.put("/openapi.json", own("application/json", "openapi.json"));
    pages.put("/docs", own(HTML, "docs.html"));
    pages.put("/docs/docs.js", own(SCRIPT, "docs.js"));
    String viewer = VIEWER + viewerVersion() + "/";
    pages.put("/docs/swagger-ui-bundle.js", page(SCRIPT, viewer + "swagger-ui-bundle.js"));
    pages.put("/docs/swagger-ui.css", page(STYLE, viewer + "swagger-ui.css"));
    pages.put("/docs/favicon.png", page(ICON, viewer + "favicon-32x32.png"));
    return Map.copyOf(pages);
  }

  private static Page own(String contentType, String name) {
    return page(contentType, "/dev/emporion/edge/" + name);
  }

  private static Page page(String contentType, String resource) {
    return Page.of(contentType, bytes(resource));
  }

  private static String viewerVersion() {
    var properties = new Properties();
    try (InputStream in = Pages.class.getResourceAsStream(VIEWER_VERSION)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }

  private static byte[] bytes(String resource) {
    try (InputStream in = Pages.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("this program was built without " + resource);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
