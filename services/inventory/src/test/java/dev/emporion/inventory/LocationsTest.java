package dev.emporion.inventory;

import static dev.emporion.inventory.Inventory.assertRefused;
import static dev.emporion.inventory.Inventory.newId;
import static dev.emporion.inventory.Inventory.newLocation;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import com.google.rpc.BadRequest;
import dev.emporion.inventory.v1.GetLocationRequest;
import dev.emporion.inventory.v1.ListLocationsRequest;
import dev.emporion.inventory.v1.Location;
import dev.emporion.inventory.v1.UpdateLocationRequest;
import dev.emporion.platform.Failure;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class LocationsTest {
  private static final Inventory INVENTORY = new Inventory("locations-test");

  @AfterAll
  static void close() {
    INVENTORY.close();
  }

  @Test
  void aLocationIsMadeOnceAndARepetitionGetsTheFirstAnswer() {
    var request = newLocation("berlin", 3);
    Location made = INVENTORY.stub.createLocation(request).getLocation();
    update(made.toBuilder().setPriority(4).build(), "priority");

    assertThat(INVENTORY.stub.createLocation(request).getLocation()).isEqualTo(made);
    assertRefused(
        () -> INVENTORY.stub.createLocation(request.toBuilder().setRequestId(newId()).build()),
        Code.ALREADY_EXISTS,
        "LOCATION_EXISTS");
    assertRefused(
        () ->
            INVENTORY.stub.createLocation(
                newLocation("bonn", 3).toBuilder().setRequestId(request.getRequestId()).build()),
        Code.ALREADY_EXISTS,
        "REQUEST_ID_REUSED");
  }

  @Test
  void anUpdateChangesTheNamedFieldsAndOnlyThose() {
    Location made = INVENTORY.location("munich", 5);

    Location renamed =
        update(
            made.toBuilder().setDisplayName("Munich, new house").setPriority(9).build(),
            "display_name");

    assertThat(renamed.getDisplayName()).isEqualTo("Munich, new house");
    assertThat(renamed.getPriority()).isEqualTo(5);
    assertThat(renamed.getEtag()).isNotEqualTo(made.getEtag());
    assertThat(get("munich")).isEqualTo(renamed);
  }

  @Test
  void anUpdateOfAnOlderVersionIsRefusedAndARepetitionGetsTheFirstAnswer() {
    Location made = INVENTORY.location("cologne", 5);
    var request = updateOf(made.toBuilder().setPriority(6).build(), "priority");
    Location updated = INVENTORY.stub.updateLocation(request).getLocation();

    assertRefused(
        () -> update(made.toBuilder().setPriority(7).build(), "priority"),
        Code.ABORTED,
        "ETAG_MISMATCH");
    assertThat(INVENTORY.stub.updateLocation(request).getLocation()).isEqualTo(updated);
    assertThat(
            update(made.toBuilder().clearEtag().setPriority(8).build(), "priority").getPriority())
        .isEqualTo(8);
  }

  @Test
  void whatAnUpdateWouldLeaveIsCheckedAndSoIsTheIdItNames() {
    Location made = INVENTORY.location("kiel", 5);

    Failure tooHigh =
        assertRefused(
            () -> update(made.toBuilder().setPriority(1001).build(), "priority"),
            Code.INVALID_ARGUMENT,
            "VIOLATED_FIELD");
    assertThat(field(tooHigh)).isEqualTo("location.priority");
    Failure nameless =
        assertRefused(
            () -> update(made.toBuilder().setLocationId("Kiel!").build(), "priority"),
            Code.INVALID_ARGUMENT,
            "VIOLATED_FIELD");
    assertThat(field(nameless)).isEqualTo("location.location_id");
    assertRefused(() -> update(made, "location_id"), Code.INVALID_ARGUMENT, "INVALID_UPDATE_MASK");
    assertRefused(
        () -> update(made.toBuilder().setLocationId("nowhere").build(), "priority"),
        Code.NOT_FOUND,
        "LOCATION_NOT_FOUND");
    assertRefused(() -> get("nowhere"), Code.NOT_FOUND, "LOCATION_NOT_FOUND");
  }

  @Test
  void locationsAreListedByPriorityPageByPage() {
    for (int i = 0; i < 7; i++) {
      INVENTORY.location("paged-" + i, 900 + i / 2);
    }
    var listed = new ArrayList<Location>();
    String token = "";
    do {
      var page =
          INVENTORY.stub.listLocations(
              ListLocationsRequest.newBuilder().setPageSize(3).setPageToken(token).build());
      assertThat(page.getLocationsCount()).isBetween(1, 3);
      listed.addAll(page.getLocationsList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());

    assertThat(listed)
        .isSortedAccordingTo(
            Comparator.comparing(Location::getPriority).thenComparing(Location::getLocationId));
    assertThat(listed).extracting(Location::getLocationId).doesNotHaveDuplicates();
    assertThat(listed)
        .extracting(Location::getLocationId)
        .containsSubsequence(List.of("first", "second", "paged-0", "paged-1", "paged-6"));
  }

  private static Location get(String locationId) {
    return INVENTORY
        .stub
        .getLocation(GetLocationRequest.newBuilder().setLocationId(locationId).build())
        .getLocation();
  }

  private static Location update(Location location, String... paths) {
    return INVENTORY.stub.updateLocation(updateOf(location, paths)).getLocation();
  }

  private static UpdateLocationRequest updateOf(Location location, String... paths) {
    return UpdateLocationRequest.newBuilder()
        .setRequestId(newId())
        .setLocation(location)
        .setUpdateMask(FieldMask.newBuilder().addAllPaths(List.of(paths)))
        .build();
  }

  private static String field(Failure failure) {
    return failure.detail(BadRequest.class).orElseThrow().getFieldViolations(0).getField();
  }
}
