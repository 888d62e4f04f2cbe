package dev.emporion.mesh.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MessageTest {
  @Test
  void whatIsSentIsWhatIsHeard() {
    Message message = Message.of("text", "two\nlines\tand a tab", "", "back\\slash \\n");
    assertThat(message.line()).doesNotContain("\n");
    assertThat(Message.parse(message.line())).isEqualTo(message);
  }

  @Test
  void aFieldThatIsNotThereIsEmpty() {
    assertThat(Message.of("up").field(3)).isEmpty();
  }
}
