package dev.emporion.mesh.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.mesh.model.Address;
import dev.emporion.mesh.process.Layout;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPlanTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void noTwoThingsShareAnAddress(boolean byAddress) {
    AddressPlan plan = new AddressPlan(new Layout(folder), byAddress);
    Set<Address> seen = new HashSet<>();
    for (String workload : List.of("orders", "carts")) {
      for (int ordinal = 1; ordinal < 4; ordinal++) {
        assertThat(seen.add(plan.pod(workload, ordinal, 50055))).isTrue();
        assertThat(seen.add(plan.app(workload, ordinal, 50055))).isTrue();
        assertThat(seen.add(plan.outbound(workload, ordinal, "orders", 50055))).isTrue();
        assertThat(seen.add(plan.admin(workload, ordinal))).isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatWasChosenStays(boolean byAddress) {
    Layout layout = new Layout(folder);
    Address before = new AddressPlan(layout, byAddress).pod("orders", 1, 50055);
    AddressPlan later = new AddressPlan(layout, byAddress);
    later.pod("carts", 1, 50053);
    assertThat(later.pod("orders", 1, 50055)).isEqualTo(before);
  }

  @Test
  void onLinuxPortsStayThoseOfTheManifests() {
    AddressPlan plan = new AddressPlan(new Layout(folder), true);
    assertThat(plan.pod("orders", 1, 50055).port()).isEqualTo(50055);
    assertThat(plan.app("orders", 1, 50055).port()).isEqualTo(50055);
    assertThat(plan.outbound("orders", 1, "carts", 50053).port()).isEqualTo(50053);
  }
}
