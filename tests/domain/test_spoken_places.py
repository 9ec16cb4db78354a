"""Where spoken sentences stand in the text that is shown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fanlight.domain.spoken_places import sentence_at, sentence_places

SHOWN = (
    "The answer\nThere are 7 shapes, as example.org says. There are 7 shapes, I repeat.\nx = 1\ny = 2\n"
    "Open the file.\nDone."
)
SPOKEN = (
    "The answer", "There are 7 shapes, as example.org says.", "There are 7 shapes, I repeat.", "Code, 2 lines.",
    "1: Open the file.", "Done.",
)  # fmt: skip


def _texts(shown: str, places: list[range | None]) -> list[str]:
    return ["" if place is None else shown[place.start : place.stop] for place in places]


def test_each_sentence_is_found_in_its_place_also_one_that_is_there_twice() -> None:
    places = sentence_places(SHOWN, SPOKEN)
    assert _texts(SHOWN, places) == [
        "The answer", "There are 7 shapes, as example.org says", "There are 7 shapes, I repeat", "", "Open the file",
        "Done",
    ]  # fmt: skip


def test_the_sentence_at_a_place_or_the_one_before_it() -> None:
    places = sentence_places(SHOWN, SPOKEN)
    assert sentence_at(places, 0) == 0
    assert sentence_at(places, SHOWN.index("repeat")) == 2
    assert sentence_at(places, SHOWN.index("y = 2")) == 2, "code is not read"
    assert sentence_at(places, len(SHOWN)) == 5
    assert sentence_at([None, None], 7) == 0


def test_what_is_read_otherwise_than_it_is_shown_loses_its_own_place_alone() -> None:
    places = sentence_places("a² + b² = c². That is all.", ["a squared plus b squared", "That is all."])
    assert _texts("a² + b² = c². That is all.", places)[1] == "That is all"


@given(st.text("ab. '\n", max_size=60), st.lists(st.text("ab. '", max_size=20), max_size=6))
def test_places_are_in_the_text_and_in_its_order(shown: str, spoken: list[str]) -> None:
    found = [place for place in sentence_places(shown, spoken) if place is not None]
    assert all(0 <= place.start < place.stop <= len(shown) for place in found)
    assert [place.start for place in found] == sorted(place.start for place in found)
