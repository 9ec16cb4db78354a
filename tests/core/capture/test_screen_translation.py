"""Blocks of text are translated one after the other, whatever the model says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fanlight.domain.errors import ModelError, PromptTooLong
from fanlight.domain.models import ModelSpec
from fanlight.domain.reading import TextLine
from fanlight.domain.slots import Slot
from fanlight.domain.text_blocks import TextBlock
from support.translating import Said, TranslatingDesk
from support.windows import SPEC


def block(text: str, top: float = 0) -> TextBlock:
    return TextBlock((TextLine(text, 0, top, 10 * len(text), 20),))


Make = Callable[..., TranslatingDesk]


@pytest.fixture
def make(qapp: Any) -> Iterator[Make]:
    desks: list[TranslatingDesk] = []

    def begin(answers: dict[str, list[Said]] | None = None, spec: ModelSpec | None = SPEC) -> TranslatingDesk:
        desks.append(TranslatingDesk(answers or {}, spec))
        return desks[-1]

    yield begin
    for desk in desks:
        desk.close()


def test_blocks_are_translated_in_order_and_each_text_once(make: Make, qtbot: Any) -> None:
    desk = make()
    blocks = [block("Open"), block("12:30"), block("Save", 40), block("Open", 80)]
    desk.translation.add(blocks)
    qtbot.waitUntil(lambda: not desk.translation.is_busy)
    assert desk.engine.texts == ["Open", "Save"]
    assert desk.translation.translated() == [blocks[0], blocks[2], blocks[3]], "no number is covered"
    assert desk.translation.text_of(blocks[3]) == "D:Open"
    assert (desk.translation.finished, desk.translation.total) == (3, 3)
    sampling = desk.engine.samplings[0]
    assert (sampling.temperature, sampling.thinking, desk.engine.slots[0]) == (0.0, "off", Slot.PANEL)
    assert 0 < sampling.max_tokens < 100
    assert "into German" in desk.engine.asked[0][0].text


def test_a_block_that_was_clicked_comes_next(make: Make, qtbot: Any) -> None:
    desk = make()
    blocks = [block(text) for text in ("One thing", "Two things", "Three things")]
    desk.translation.add(blocks)
    desk.translation.take_first(blocks[2])
    qtbot.waitUntil(lambda: not desk.translation.is_busy)
    assert desk.engine.texts == ["One thing", "Three things", "Two things"]


def test_lost_links_are_asked_for_once_more_and_then_left(make: Make, qtbot: Any) -> None:
    mended, lost = "Read https://example.org/a", "Call 112 now"
    desk = make({mended: ["Lesen", "Lesen: https://example.org/a"], lost: ["Jetzt anrufen"]})
    desk.translation.add([block(mended), block(lost)])
    qtbot.waitUntil(lambda: not desk.translation.is_busy)
    assert desk.engine.texts == [mended, mended, lost, lost]
    assert "https://example.org/a." in desk.engine.asked[1][0].text.split("```")[0]
    assert desk.translation.text_of(block(mended)) == "Lesen: https://example.org/a"
    assert desk.translation.text_of(block(lost)) == ""


@pytest.mark.parametrize("said", ["Save", ("Speichern Speichern Speichern", "length"), ("x x x", "loop"), ""])
def test_no_translation_is_no_cover(make: Make, qtbot: Any, said: Said) -> None:
    desk = make({"Save": [said]})
    desk.translation.add([block("Save")])
    qtbot.waitUntil(lambda: not desk.translation.is_busy)
    assert desk.translation.translated() == []
    assert desk.translation.problem is None


def test_a_text_that_is_too_long_costs_only_itself(make: Make, qtbot: Any) -> None:
    desk = make({"Long words": [PromptTooLong(10_000, 8_192)]})
    desk.translation.add([block("Long words"), block("Save")])
    qtbot.waitUntil(lambda: not desk.translation.is_busy)
    assert [one.text for one in desk.translation.translated()] == ["Save"]


def test_a_model_that_fails_ends_it_with_a_sentence(make: Make, qtbot: Any) -> None:
    desk = make({"Save": [ModelError("The card has no memory left.", "Close a game.")]})
    desk.translation.add([block("Open"), block("Save"), block("Quit now")])
    qtbot.waitUntil(lambda: desk.translation.problem is not None)
    assert desk.translation.problem is not None
    assert desk.translation.problem.text == "The card has no memory left. Close a game."
    assert [one.text for one in desk.translation.translated()] == ["Open"], "what was translated stays"
    assert desk.engine.texts == ["Open", "Save"]


def test_without_a_model_it_is_said(make: Make) -> None:
    desk = make(spec=None)
    desk.translation.add([block("Save")])
    assert desk.translation.problem is not None
    assert "No model is open." in desk.translation.problem.text
    assert not desk.translation.is_busy


def test_stopping_forgets_all_and_it_can_begin_again(make: Make, qtbot: Any) -> None:
    desk = make()
    desk.translation.add([block("Open"), block("Save")])
    desk.translation.stop()
    assert not desk.translation.is_busy
    assert desk.translation.translated() == []
    desk.translation.add([block("Quit now")])
    qtbot.waitUntil(lambda: not desk.translation.is_busy)
    assert [one.text for one in desk.translation.translated()] == ["Quit now"]
