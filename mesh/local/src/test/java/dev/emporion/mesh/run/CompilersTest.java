package dev.emporion.mesh.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.emporion.mesh.RunnerException;
import org.junit.jupiter.api.Test;

class CompilersTest {
  @Test
  void onlyQuickLeavesTheSecondCompilerOut() {
    assertThat(Compilers.of("quick").flags()).contains("-XX:TieredStopAtLevel=1");
    assertThat(Compilers.of("both").flags()).doesNotContain("-XX:TieredStopAtLevel=1");
  }

  @Test
  void anUnknownWordIsRefusedWithTheOnesThatAreKnown() {
    assertThatThrownBy(() -> Compilers.of("c2"))
        .isInstanceOf(RunnerException.class)
        .hasMessageContaining("give quick or both");
  }
}
