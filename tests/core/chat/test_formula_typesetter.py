"""Outlines are made once, the newest request first, and only some are kept."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from fanlight.core.chat import formula_typesetter
from fanlight.core.chat.formula_typesetter import FormulaTypesetter
from fanlight.markdown.typesetting import FormulaOutline


class Maker:
    """Makes them when it is told to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.threads: set[int] = set()
        self.go_on = threading.Event()
        self.go_on.set()

    def make(self, source: str) -> FormulaOutline | None:
        self.go_on.wait(20)
        self.asked.append(source)
        self.threads.add(threading.get_ident())
        if source == "bug":
            raise ZeroDivisionError
        return None if source.startswith("none") else FormulaOutline(1, 1, 0, "M", array("f", [0.0] * 100))


@pytest.fixture
def maker() -> Maker:
    return Maker()


@pytest.fixture
def typesetter(qapp: object, maker: Maker) -> Iterator[FormulaTypesetter]:
    made = FormulaTypesetter(make=maker.make)
    yield made
    maker.go_on.set()
    made.worker.close()
    assert made.worker.join(5)


def test_an_outline_is_made_once_beside_the_gui_thread(
    qtbot: QtBot, maker: Maker, typesetter: FormulaTypesetter
) -> None:
    with qtbot.waitSignal(typesetter.known) as said:
        assert typesetter.outline("$x$") is None
        assert typesetter.outline("$x$") is None
    assert said.args == ["$x$"]
    outline = typesetter.outline("$x$")
    assert outline is not None
    assert typesetter.outline("$x$") is outline
    with qtbot.waitSignal(typesetter.known):
        typesetter.outline("next")
    assert maker.asked == ["$x$", "next"]
    assert threading.get_ident() not in maker.threads


def test_what_cannot_be_drawn_is_asked_for_once(qtbot: QtBot, maker: Maker, typesetter: FormulaTypesetter) -> None:
    with qtbot.waitSignal(typesetter.known):
        typesetter.outline("none")
    assert typesetter.outline("none") is None
    with qtbot.waitSignal(typesetter.known):
        typesetter.outline("next")
    assert maker.asked == ["none", "next"]


def test_what_is_asked_for_last_is_made_first(qtbot: QtBot, maker: Maker, typesetter: FormulaTypesetter) -> None:
    known: list[str] = []
    typesetter.known.connect(known.append)
    maker.go_on.clear()
    for source in ("first", "above", "in view"):
        typesetter.outline(source)
    typesetter.outline("above")
    maker.go_on.set()
    qtbot.waitUntil(lambda: len(known) == 3)
    assert known == ["first", "above", "in view"]


def test_not_all_that_was_ever_asked_for_is_made(
    qtbot: QtBot, maker: Maker, typesetter: FormulaTypesetter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formula_typesetter, "MOST_WAITING", 2)
    known: list[str] = []
    typesetter.known.connect(known.append)
    maker.go_on.clear()
    for source in ("first", "scrolled past", "b", "c"):
        typesetter.outline(source)
    maker.go_on.set()
    qtbot.waitUntil(lambda: len(known) == 3)
    assert "scrolled past" not in maker.asked


def test_a_bug_costs_one_formula(qtbot: QtBot, typesetter: FormulaTypesetter) -> None:
    with qtbot.waitSignal(typesetter.known):
        typesetter.outline("bug")
    assert typesetter.outline("bug") is None
    with qtbot.waitSignal(typesetter.known):
        typesetter.outline("$x$")
    assert typesetter.outline("$x$") is not None


def test_those_that_are_not_used_are_forgotten(
    qtbot: QtBot, maker: Maker, typesetter: FormulaTypesetter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formula_typesetter, "MOST_COORDINATES", 400)
    for source in ("a", "b", "a", "c"):
        if typesetter.outline(source) is None:
            qtbot.waitSignal(typesetter.known).wait()
    assert typesetter.outline("a") is not None
    assert typesetter.outline("b") is None
    assert maker.asked[:3] == ["a", "b", "c"]
