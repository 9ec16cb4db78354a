"""Searches narrowed by pictures, pins, models and dates, on disk and in memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from fanlight.domain.archive import ArchivedConversation, ArchivedMessage
from fanlight.domain.messages import Role, TextPart
from fanlight.domain.search_filters import split_filters
from fanlight.domain.stored import HEARD, StoredPart, StoredPicture
from fanlight.store import search_hits
from fanlight.store.blobs import name_of
from fanlight.store.database import Database
from fanlight.store.memory_store import MemoryStore

SNOW = b"the file of a picture"
Store = Database | MemoryStore
CAR = {("Car in snow", "title"), ("Car in snow", "user"), ("Car in snow", "assistant")}


def day(year: int, month: int, number: int) -> float:
    return datetime(year, month, number, 12).astimezone().timestamp()


def conversation(
    title: str,
    when: float,
    question: str,
    answer: str,
    model: str = "",
    *,
    pinned: bool = False,
    picture: str = "",
    heard: bool = False,
) -> ArchivedConversation:
    asked: list[StoredPart] = [TextPart(question)] if question else []
    if picture:
        asked.insert(0, StoredPicture(name_of(SNOW), "png", picture, 3, 2, "id"))
    footer = f'{{"model": "{model}"}}' if model else "old line"
    messages = (
        ArchivedMessage("user", tuple(asked), footer=HEARD if heard else "", created=when),
        ArchivedMessage("assistant", (TextPart(answer),), footer=footer, created=when + 60),
    )
    files = {name_of(SNOW): SNOW} if picture else {}
    return ArchivedConversation(title, when, when + 60, messages, pinned, files)


@pytest.fixture(params=[Database, lambda _folder: MemoryStore()], ids=["on disk", "in memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    made: Store = request.param(tmp_path)
    for one in (
        conversation(
            "Car in snow", day(2026, 1, 10), "Which car is it?", "A red car.", "Qwen2.5-VL 3B", picture="snow.png"
        ),
        conversation("Tax", day(2026, 2, 20), "Is a car taxed?", "Every car is.", "SmolLM2", pinned=True, heard=True),
        conversation("Old", day(2025, 6, 1), "How old is a car?", "A year."),
        conversation("Untold", day(2026, 3, 5), "", "Grey.", "SmolLM2", picture="grey.png"),
    ):
        made.importing.add(one)
    return made


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("car has:picture", CAR),
        ("car -has:picture", {("Tax", "user"), ("Tax", "assistant"), ("Old", "user")}),
        ("car has:sound", {("Tax", "user"), ("Tax", "assistant")}),
        ("car -has:sound", CAR | {("Old", "user")}),
        ("has:sound", {("Tax", "user")}),
        ("has:sound has:picture", set()),
        ("has:sound before:2026-02", set()),
        ("car is:pinned", {("Tax", "user"), ("Tax", "assistant")}),
        ("car model:qwen", CAR),
        ('car model:"vl 3b"', CAR),
        ("car -model:qwen", {("Tax", "user"), ("Tax", "assistant"), ("Old", "user")}),
        ("car after:2026-02", {("Tax", "user"), ("Tax", "assistant")}),
        ("car before:2026", {("Old", "user")}),
        ("car after:2026-01 before:2026-02 -is:pinned", CAR),
        ("car model:gemma", set()),
        ("has:picture", {("Car in snow", "user"), ("Untold", "user")}),
        ("has:picture model:smol", {("Untold", "user")}),
        ("has:picture before:2026-02", {("Car in snow", "user")}),
        ("model:smol", {("Tax", "assistant"), ("Untold", "assistant")}),
        ("is:pinned", {("Tax", "title")}),
        ("before:2026", {("Old", "title")}),
        ("-is:pinned after:2026-03", {("Untold", "title")}),
    ],
)  # fmt: skip
def test_a_search_is_narrowed(store: Store, typed: str, expected: set[tuple[str, str]]) -> None:
    hits = store.searching.search(typed).hits
    assert {(hit.title, "title" if hit.kind == "title" else hit.role) for hit in hits} == expected
    assert len(hits) == len(expected)


def test_a_question_that_is_only_a_picture_is_shown_by_its_name(store: Store) -> None:
    assert [hit.snippet.text for hit in store.searching.search("has:picture").hits] == ["grey.png", "Which car is it?"]


def test_what_is_in_the_trash_is_not_found(store: Store) -> None:
    pinned = store.searching.search("is:pinned").hits[0].conversation_id
    store.delete(pinned)
    assert not store.searching.search("is:pinned").hits


def test_the_models_that_answered_are_known(store: Store) -> None:
    assert store.searching.models() == ["Qwen2.5-VL 3B", "SmolLM2"]


def test_damaged_footers_and_details_stop_no_search(tmp_path: Path, opened: Callable[..., Database]) -> None:
    written = opened(tmp_path)
    written.importing.add(conversation("A", day(2026, 1, 1), "", "car", "x", picture="a.png"))
    written.close()
    with closing(sqlite3.connect(tmp_path / "conversations.db")) as connection, connection:
        connection.execute("UPDATE message SET footer = '{broken', created = 'never'")
        connection.execute("UPDATE part SET details = '{'")
    database = opened(tmp_path)
    assert database.searching.models() == []
    for typed in ("model:x", "has:picture", "car after:2020", "car model:x"):
        database.searching.search(typed)


def test_the_place_of_filters_does_not_matter() -> None:
    assert split_filters("a is:pinned b")[1] == split_filters("is:pinned a b")[1]


def test_a_search_that_has_no_more_time_says_that_there_may_be_more(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    if isinstance(store, MemoryStore):
        return
    assert not store.searching.search("car model:gemma").has_more
    monkeypatch.setattr(search_hits, "SECONDS", -1.0)
    result = store.searching.search("car model:qwen")
    assert not result.hits
    assert result.has_more
    assert len(store.searching.search("car").hits) == 6


def test_a_question_is_found_by_the_model_of_any_of_its_answers(store: Store) -> None:
    """It was asked again, and edited."""

    def said(role: Role, text: str, model: str = "", follows: int | None = None) -> ArchivedMessage:
        footer = f'{{"model": "{model}"}}' if model else ""
        return ArchivedMessage(role, (TextPart(text),), footer=footer, created=1.0, follows=follows)

    messages = (
        said("user", "zebra one"),
        said("assistant", "1st", "Alpha"),
        said("assistant", "2nd", "Beta", 0),
        said("user", "zebra two", follows=1),
        said("user", "zebra three"),
        said("assistant", "3rd", "Gamma"),
        said("user", "zebra uno", follows=-1),
        said("assistant", "primo", "Delta"),
    )
    store.importing.add(ArchivedConversation("Stripes", 1.0, 2.0, messages, shown=5))
    found = {
        model: {hit.snippet.text for hit in store.searching.search(f"zebra model:{model}").hits}
        for model in ("Alpha", "Beta", "Gamma", "Delta")
    }
    assert found == {
        "Alpha": {"zebra one"}, "Beta": {"zebra one"}, "Gamma": {"zebra two", "zebra three"}, "Delta": {"zebra uno"},
    }  # fmt: skip
