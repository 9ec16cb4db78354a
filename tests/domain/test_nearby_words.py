"""Words of a text that is to be read where somebody speaks."""

from __future__ import annotations

from fanlight.domain.nearby_words import nearby_words


def test_each_word_once_the_last_ones_first() -> None:
    assert nearby_words("Grafana shows what Kubernetes does. Grafana!") == (
        "Grafana",
        "does",
        "Kubernetes",
        "what",
        "shows",
    )


def test_names_are_taken_whole() -> None:
    assert nearby_words("`PySide6` and O’Konkwo, Jean-Luc; C++17 (naïve)") == (
        "naïve",
        "C++17",
        "Jean-Luc",
        "O’Konkwo",
        "PySide6",
    )


def test_a_long_text_costs_no_more_than_its_end() -> None:
    words = nearby_words("first " + "filling " * 100_000 + " ".join(f"word{chr(97 + i % 26)}{i}" for i in range(900)))
    assert len(words) == 400
    assert words[0] == "wordp899"
    assert nearby_words("x" * 50_000) == nearby_words("") == nearby_words("12 345 -- a an the") == ()
