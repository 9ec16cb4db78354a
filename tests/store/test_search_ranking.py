"""What comes first among what is found: on disk, in memory, and for facts that are planted among common words."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bench.history import KINDS, MESSAGES_EACH, History
from fanlight.domain.documents import Document
from fanlight.domain.messages import DocumentPart, Message, TextPart
from fanlight.store import entry_finder
from fanlight.store.database import Database
from fanlight.store.memory_store import MemoryStore

FAR = " word" * 30
SAID = (
    "the wine cellar code is 4711",
    "code of the cellar for wine",
    "wine cellar codes",
    f"cellar{FAR} code and wine",
    f"wine{' x' * 9} cellar code",
    f"wine{' x' * 11} cellar code",
    "swine cellars decoder",
    "c++ code, wine cellar",
)


@pytest.fixture(params=[Database, lambda _folder: MemoryStore()], ids=["on disk", "in memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    made: Callable[[Path], Database] = request.param
    return made(tmp_path)


def found(store: Database, text: str) -> list[str]:
    with closing(store):
        conversation = store.create("Title")
        texts = {store.add_message(conversation, Message.of("user", said)): said for said in SAID}
        return [texts[hit.message_id] for hit in store.searching.search(text).hits]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("wine cellar code", (0, 2, 7, 4, 1, 5, 3, 6)),
        ("wine cellar cod", (2, 0, 7, 4, 1, 5, 3, 6)),
        ("wine cellar -codes", (7, 0, 4, 1, 5, 3, 6)),
        ('"wine" "cellar"', (7, 2, 0, 4, 1, 5, 3)),
        ("wine c++", (7,)),
        ("++ wine", (7,)),
        ("codes", (2,)),
    ],
)
def test_words_side_by_side_come_before_the_newest(store: Database, typed: str, expected: tuple[int, ...]) -> None:
    assert found(store, typed) == [SAID[number] for number in expected]


@pytest.mark.parametrize(("few", "many"), [(0, 1_000), (300, -1.0)], ids=["more than are compared", "frequent words"])
@pytest.mark.parametrize(
    ("typed", "expected"),
    [("wine cellar code", (0, 2, 7, 4, 1, 5, 3, 6)), ("wine cellar cod", (2, 0, 7, 4, 1, 5, 3, 6))],
)
def test_the_order_is_the_same_however_it_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int, many: float, typed: str, expected: tuple[int, ...]
) -> None:
    monkeypatch.setattr(entry_finder, "_FEW", few)
    monkeypatch.setattr(entry_finder, "_MANY", many)
    assert found(Database(tmp_path), typed) == [SAID[number] for number in expected]


def test_long_texts_are_not_compared_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entry_finder, "_FEW_LETTERS", 50)
    assert found(Database(tmp_path), "wine cellar code") == [SAID[number] for number in (0, 2, 7, 4, 1, 5, 3, 6)]


@pytest.mark.parametrize("typed", ["tax", "tax return", "ax ret"])
def test_of_titles_the_newest_comes_first(store: Database, typed: str) -> None:
    with closing(store):
        made = [store.create(f"tax return {number}") for number in range(3)]
        assert [hit.conversation_id for hit in store.searching.search(typed).hits] == made[::-1]


def test_a_title_that_is_just_that_is_found_before_newer_ones_that_have_it(tmp_path: Path) -> None:
    with closing(Database(tmp_path)) as database:
        old = database.create("Tax return")
        for number in range(70):
            database.create(f"tax return {number}")
        hits = database.searching.search("tax return").hits
        assert [hits[0].conversation_id, hits[1].conversation_id] == [old, old + 70]
        assert len({hit.conversation_id for hit in hits}) == len(hits)


def test_signs_are_looked_for_as_far_as_there_is_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Database(tmp_path)) as database:
        conversation = database.create("Title")
        for number in range(20):
            database.add_message(conversation, Message.of("user", f"? {number}"))
        searching = database.searching
        assert len(searching.search("?").hits) == 20
        monkeypatch.setattr(entry_finder, "SIGNS_SECONDS", 0.0)
        monkeypatch.setattr(entry_finder, "_SIGNS_AT_ONCE", 256 * 5)
        result = searching.search("?")
        assert [hit.snippet.text for hit in result.hits] == [f"? {number}" for number in range(19, 14, -1)]
        assert result.has_more


def test_titles_come_first_among_those_of_a_kind(store: Database) -> None:
    with closing(store):
        beside = store.create("A cellar without wine")
        message = store.add_message(beside, Message.of("user", "in the wine cellar"))
        hits = store.searching.search("wine cellar").hits
        assert [hit.message_id for hit in hits] == [message, 0]
        titled = store.create("The wine cellar")
        hits = store.searching.search("wine cellar").hits
        assert [(hit.conversation_id, hit.message_id) for hit in hits] == [(titled, 0), (beside, message), (beside, 0)]


def test_a_page_of_a_document_ranks_as_what_is_said(store: Database) -> None:
    with closing(store):
        conversation = store.create("")
        document = Document("a" * 64, "paper.txt", "text", ("nothing", f"a word{FAR} the wine cellar code"))
        parts = (DocumentPart(document, (1,)), TextPart("see"))
        message = store.add_message(conversation, Message("user", parts))
        store.add_message(conversation, Message.of("user", f"wine{FAR} cellar code"))
        first, second = store.searching.search("wine cellar code").hits
        assert (first.message_id, second.message_id) == (message, message + 1)
        assert "the wine cellar code" in first.snippet.text


def test_planted_facts_are_the_first_hits(tmp_path: Path) -> None:
    history = History(tmp_path, 20, 24)
    with closing(Database(tmp_path)) as database:
        for fact in history.facts:
            first = database.searching.search(fact.text).hits[0]
            message = (fact.conversation - 1) * MESSAGES_EACH + fact.place + 1
            kind = "picture" if fact.kind == "picture" else "text"
            assert (first.message_id, first.kind) == (message, kind), fact
            words = fact.text.split()
            assert all(word in first.snippet.text for word in words), fact
    assert {fact.kind for fact in history.facts} == set(KINDS)
