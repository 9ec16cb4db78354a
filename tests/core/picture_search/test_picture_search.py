"""Pictures are found by what they show and by their words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fanlight.core.picture_search.finder import EmbedderSource, shown_words
from fanlight.domain.errors import ModelError
from support.colour_embedder import ColourEmbedder
from support.picture_desk import Desk, look, wait_for, work_off


def test_kept_pictures_are_found_by_what_they_show_and_by_their_words(qtbot: Any, desk: Desk) -> None:
    assert desk.embedder.seen == []
    work_off(qtbot, desk, 2)
    assert look(qtbot, desk, "red") == ["red-file.png"]
    assert desk.found[-1].by_sight
    hit = desk.found[-1].hits[0]
    assert hit.place.kept
    assert hit.conversation_id > 0
    assert hit.message_id > 0
    assert look(qtbot, desk, "rechnung") == ["green-file.png", "red-file.png"]
    assert look(qtbot, desk, "beta") == ["green-file.png"]
    assert look(qtbot, desk, "rechnung red")[0] == "red-file.png"
    assert look(qtbot, desk, hit.place) == ["green-file.png"]
    assert len(desk.embedder.seen) == 2
    assert desk.reader.count == 2


def test_what_was_read_is_kept_for_the_other_search(qtbot: Any, desk: Desk) -> None:
    work_off(qtbot, desk, 2)
    known: list[Any] = []
    desk.history.read(lambda database: database.searching.unread_picture(), known.append)
    wait_for(qtbot, lambda: bool(known))
    assert known == [None]


def test_another_embedder_sees_all_pictures_anew(qtbot: Any, desk: Desk) -> None:
    work_off(qtbot, desk, 2)
    other = ColourEmbedder()
    other.name = "other colours"
    desk.source = EmbedderSource("other colours", lambda _stop: other)
    desk.settings_store.choose(picture_model="/other.gguf")
    desk.told.clear()
    work_off(qtbot, desk, 2, began=lambda: bool(other.seen))
    assert len(other.seen) == 2
    assert desk.embedder.closed
    assert desk.reader.count == 2
    assert look(qtbot, desk, "red") == ["red-file.png"]


def test_without_an_embedder_they_are_found_by_their_words(qtbot: Any, desk: Desk) -> None:
    desk.source = None
    work_off(qtbot, desk, 2)
    assert look(qtbot, desk, "red") == ["red-file.png"]
    assert not desk.found[-1].by_sight
    assert look(qtbot, desk, "rechnung 4711") == ["green-file.png", "red-file.png"]


def test_an_embedder_that_fails_leaves_the_words(qtbot: Any, desk: Desk) -> None:
    work_off(qtbot, desk, 2)
    desk.embedder.error = ModelError("It is broken.")
    assert look(qtbot, desk, "green") == ["green-file.png"]
    assert not desk.found[-1].by_sight


def test_filters_of_conversations_find_no_pictures(qtbot: Any, desk: Desk) -> None:
    work_off(qtbot, desk, 2)
    assert look(qtbot, desk, "red is:pinned") == []
    assert look(qtbot, desk, "red before:1969") == []
    assert look(qtbot, desk, "red after:1969") == ["red-file.png"]
    assert look(qtbot, desk, "") == []


def test_thumbnails_and_files(qtbot: Any, desk: Desk, tmp_path: Path) -> None:
    work_off(qtbot, desk, 2)
    look(qtbot, desk, "red")
    place = desk.found[-1].hits[0].place
    got: list[Any] = []
    desk.search.thumbnail(place, got.append)
    wait_for(qtbot, lambda: bool(got))
    assert (got[0].width, got[0].height) == (40, 40)
    desk.search.read_picture(place, got.append)
    wait_for(qtbot, lambda: len(got) == 2)
    assert got[1] == (desk.home / "red.png").read_bytes()
    from fanlight.domain.picture_finding import PicturePlace

    desk.search.thumbnail(PicturePlace(str(tmp_path / "gone.png")), got.append)
    desk.search.thumbnail(PicturePlace("0" * 64, kept=True), got.append)
    wait_for(qtbot, lambda: len(got) == 4)
    assert got[2:] == [None, None]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ein „rotes Café“ -Schnee after:2026-01", "Ein rotes Café"),
        ("red-hot -  has:picture", "red-hot -"),
        ("-nothing", ""),
    ],
)
def test_what_an_embedder_reads_of_a_search(text: str, words: str) -> None:
    assert shown_words(text) == words
