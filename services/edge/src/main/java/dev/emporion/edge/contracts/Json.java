package dev.emporion.edge.contracts;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

/** Short words for writing JSON. */
final class Json {

  private Json() {}

  /** An object of names and strings, one after the other. */
  static JsonObject object(String... namesAndValues) {
    var object = new JsonObject();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      object.addProperty(namesAndValues[i], namesAndValues[i + 1]);
    }
    return object;
  }

  /** An object of one property. */
  static JsonObject object(String name, JsonElement value) {
    var object = new JsonObject();
    object.add(name, value);
    return object;
  }

  static JsonArray array(JsonElement... elements) {
    var array = new JsonArray();
    for (JsonElement element : elements) {
      array.add(element);
    }
    return array;
  }

  static JsonArray array(String element) {
    var array = new JsonArray();
    array.add(element);
    return array;
  }
}
