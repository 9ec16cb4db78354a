"""Which prefills an answer can build on."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.model_jobs import PrefillJob
from fanlight.core.chat.prefetch import Prefetch, settled
from fanlight.core.chat.turns import prompt
from fanlight.domain.messages import Image, Message
from fanlight.domain.slots import Slot
from fanlight.engine.scripted import ScriptedEngine
from support.documents import attached
from support.rooms import Open

RED, BLUE = Image.of(1, 1, b"\xff\0\0"), Image.of(1, 1, b"\0\0\xff")


def end(job: PrefillJob) -> None:
    """As the worker does."""
    job.over = True
    job.done.emit(None)


def test_prefills_may_end_in_any_order(qtbot: Any) -> None:
    """A worker that closes ends those that wait before the one that runs."""
    submitted: list[PrefillJob] = []
    host = SimpleNamespace(condition="ready", chosen=True, submit=submitted.append)
    prefetch = Prefetch(cast(ModelHost, host), Slot.WINDOW)
    both = [Message.of("user", "", [RED, BLUE])]
    prefetch.request([Message.of("user", "", [RED])])
    prefetch.request(both)
    running, waiting = submitted
    end(waiting)
    assert prefetch.helpers(both) == (running,)
    end(running)
    prefetch.request(both)
    assert prefetch.helpers(both) == (submitted[-1],)


def test_a_conversation_that_leaves_the_screen_makes_no_prompt(
    qtbot: Any, enter: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = enter()
    made: list[bool] = []

    def counted(*turns: Any, **options: Any) -> tuple[Message, ...]:
        made.append(True)
        return prompt(*turns, **options)

    monkeypatch.setattr("fanlight.core.chat.prefetch.prompt", counted)
    room.session.show(True)
    assert made == [True]
    room.session.show(False)
    assert made == [True]


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("", ""),
        ("What", ""),
        ("What is", "What"),
        ("  What is ", "What is"),
        ("What is\nthi", "What is"),
        ("Donaudampfschifffahrtsgesellschaft", "Donaudampfschifffahrts"),
        ("这张图片里有什么东西请告诉我它们是什么颜色", "这张图片里有什么东"),
    ],
)
def test_what_is_typed_counts_but_for_the_last_word(typed: str, known: str) -> None:
    assert settled(typed) == known


def test_what_is_typed_is_evaluated_and_once_it_was_asked_it_counts_no_more(qtbot: Any, enter: Open) -> None:
    room = enter(engine := ScriptedEngine(["A square."]))
    qtbot.waitUntil(lambda: room.host.condition == "ready")
    room.session.type_ahead("What is ")
    qtbot.waitUntil(lambda: bool(engine.prefilled))
    room.session.type_ahead("What is thi")
    room.session.type_ahead("What is this ")
    qtbot.waitUntil(lambda: engine.prefilled[-1][-1].text == "What is this")
    assert [messages[-1].text for messages in engine.prefilled] == ["What is", "What is this"]
    room.session.send("What is this?")
    qtbot.waitUntil(lambda: room.idle and len(room.texts) == 2)
    qtbot.waitUntil(lambda: len(engine.prefilled) == 3)
    assert [message.text for message in engine.prefilled[-1]] == ["What is this?", "A square.", ""]


def test_what_is_typed_chooses_the_pages_of_a_document_when_it_is_asked(qtbot: Any, enter: Open) -> None:
    room = enter(engine := ScriptedEngine(["Soup."]))
    qtbot.waitUntil(lambda: room.host.condition == "ready")
    room.session.attachments.set((attached(["Bread", "Soup"]),))
    room.session.type_ahead("What is hot ")
    qtbot.waitUntil(lambda: bool(engine.prefilled))
    assert not engine.prefilled[-1][-1].text.endswith("hot")


def test_the_answer_builds_on_what_was_evaluated_of_its_question(qtbot: Any) -> None:
    submitted: list[PrefillJob] = []
    host = SimpleNamespace(condition="ready", chosen=True, submit=submitted.append)
    prefetch = Prefetch(cast(ModelHost, host), Slot.WINDOW)
    prefetch.request([Message.of("user", "What is")])
    prefetch.request([Message.of("user", "What is in this")])
    first, second = submitted
    assert second.builds_on == (first,)
    assert prefetch.helpers([Message.of("user", "What is in this picture?")]) == (first, second)
    assert not first.flag.is_set()


@pytest.mark.parametrize(("typed", "serves"), [("Where is it?", False), ("", True)])
def test_what_was_typed_and_deleted_is_stopped(qtbot: Any, typed: str, serves: bool) -> None:
    submitted: list[PrefillJob] = []
    host = SimpleNamespace(condition="ready", chosen=True, submit=submitted.append)
    prefetch = Prefetch(cast(ModelHost, host), Slot.WINDOW)
    prefetch.request([Message.of("user", "What is")])
    prefetch.request([Message.of("user", typed, [RED])])
    assert submitted[0].flag.is_set()
    assert bool(prefetch.helpers([Message.of("user", "What is", [RED])])) == serves
