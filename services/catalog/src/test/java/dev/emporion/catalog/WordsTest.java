package dev.emporion.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.catalog.SearchText.Guessed;
import java.util.List;
import org.junit.jupiter.api.Test;

class WordsTest {

  @Test
  void wordsAreOfLettersSortedAndOnce() {
    assertThat(Words.of(List.of("Rain-Jacket, RED; size 42", "über/rain ab x9yz")))
        .containsExactly("jacket", "rain", "red", "size", "über");
  }

  @Test
  void wordsWhoseLettersChangedPlacesHaveTheSameLetters() {
    assertThat(Words.letters("tshrit")).isEqualTo(Words.letters("tshirt")).isEqualTo("hirstt");
    assertThat(Words.letters("b🦊a")).isEqualTo("ab🦊");
  }

  @Test
  void whatIsNotAWordOfLettersIsTakenAsItIs() {
    var text = SearchText.of(" Blue t-shrit/NB-7 xl ");

    assertThat(text.text()).isEqualTo("Blue t-shrit NB-7 xl");
    assertThat(text.guessed())
        .containsExactly(
            new Guessed("blue", "belu", 1, false), new Guessed("tshrit", "hirstt", 2, false));
    assertThat(text.certain()).isEqualTo("nb-7 xl");
  }

  @Test
  void theLastWordMayBeBegunOnly() {
    assertThat(SearchText.of("rain jack").guessed())
        .extracting(Guessed::isOpen)
        .containsExactly(false, true);
  }

  @Test
  void whoeverWritesOperatorsMeansTheWordsAsTheyAre() {
    for (String query : List.of("\"rain jacket\"", "rain -jacket", "-rain")) {
      assertThat(SearchText.of(query).guessed()).as(query).isEmpty();
      assertThat(SearchText.of(query).isOpen()).as(query).isFalse();
    }
    assertThat(SearchText.of("t-shirt").isOpen()).isTrue();
  }

  @Test
  void noMoreThanEightWordsAreGuessed() {
    var text = SearchText.of("abc ".repeat(12));

    assertThat(text.guessed()).hasSize(8);
    assertThat(text.certain()).isEqualTo("abc abc abc abc");
  }
}
