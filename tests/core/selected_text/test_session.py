"""Selected text without a panel: what is asked, what comes into its place, and how it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fanlight.core.selected_text.controller import SelectionController
from fanlight.core.selected_text.session import SelectionSession
from fanlight.desktop.selected_text import ReplaceOutcome, SelectedText
from fanlight.domain.desktop_errors import SelectionError
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from support.panels import PanelRoom
from support.selecting import TEXT, FakeSelection, selected, selection_session

Ask = Callable[..., SelectionSession]


@pytest.fixture
def access() -> FakeSelection:
    return FakeSelection()


@pytest.fixture
def room(qtbot: Any, home: Path) -> Iterator[Callable[[ScriptedEngine], PanelRoom]]:
    rooms: list[PanelRoom] = []

    def entered(engine: ScriptedEngine) -> PanelRoom:
        rooms.append(PanelRoom(home, engine, Settings(translate_to="French")))
        rooms[-1].load()
        return rooms[-1]

    yield entered
    for one in rooms:
        one.close()


@pytest.fixture
def ask(room: Callable[[ScriptedEngine], PanelRoom], access: FakeSelection) -> Iterator[Ask]:
    sessions: list[SelectionSession] = []

    def opened(engine: ScriptedEngine, found: SelectedText | None = None) -> SelectionSession:
        sessions.append(selection_session(room(engine), access, found))
        return sessions[-1]

    yield opened
    for session in sessions:
        session.forget()


def run(qtbot: Any, session: SelectionSession, key: str) -> None:
    session.press(key)
    qtbot.waitUntil(lambda: not session.conversation.busy)


def test_an_action_asks_about_the_text_and_its_answer_can_replace_it(
    qtbot: Any, ask: Ask, access: FakeSelection
) -> None:
    engine = ScriptedEngine(["I have ", "a dog and a cat."])
    session = ask(engine)
    run(qtbot, session, "t")
    assert TEXT in engine.asked[-1][-1].text
    assert engine.asked[-1][-1].text.startswith("Correct the spelling")
    assert session.rewriting is not None
    assert [part.text for part in session.rewriting.parts if part.change != "same"] == ["has ", "have "]
    returned: list[bool] = []
    session.keyboard_returned.connect(lambda: returned.append(True))
    session.replace_selection()
    assert (access.replaced, returned, session.can_replace) == (["I have a dog and a cat."], [True], False)
    session.replace_selection()
    assert len(access.replaced) == 1
    access.end(ReplaceOutcome.REPLACED)
    assert session.is_over
    assert session.selected.text == ""


@pytest.mark.parametrize("outcome", [one for one in ReplaceOutcome if one is not ReplaceOutcome.REPLACED])
def test_where_it_can_not_be_replaced_that_is_said_and_it_can_be_copied(
    qtbot: Any, ask: Ask, access: FakeSelection, outcome: ReplaceOutcome
) -> None:
    session = ask(ScriptedEngine(["I have a dog and a cat."]))
    run(qtbot, session, "t")
    said, copied = list[str](), list[str]()
    session.problem.connect(said.append)
    session.copy_wanted.connect(copied.append)
    session.replace_selection()
    access.end(outcome)
    assert len(said) == 1
    assert not session.is_over
    session.press("c")
    assert copied == ["I have a dog and a cat."]


def test_an_explanation_replaces_nothing(qtbot: Any, ask: Ask, access: FakeSelection) -> None:
    session = ask(ScriptedEngine(["I has a dog and a cat: grammar."]))
    run(qtbot, session, "e")
    session.replace_selection()
    assert (session.rewriting, access.replaced) == (None, [])


def test_a_translation_is_new_as_a_whole(qtbot: Any, ask: Ask) -> None:
    engine = ScriptedEngine(["J'ai un chien et un chat."])
    session = ask(engine)
    run(qtbot, session, "l")
    assert "into French" in engine.asked[-1][-1].text
    assert session.rewriting is not None
    assert (session.rewriting.parts, session.can_replace) == ((), True)


def test_nothing_to_correct_replaces_nothing(qtbot: Any, ask: Ask) -> None:
    session = ask(ScriptedEngine([TEXT]))
    run(qtbot, session, "t")
    assert session.rewriting is not None
    assert (session.rewriting.is_changed, session.can_replace) == (False, False)


@pytest.mark.parametrize(("answer", "replaces"), [("I have a dog, a cat.", True), ("Two animals.", False)])
def test_an_answer_to_own_words_is_a_new_version_where_it_is_like_the_text(
    qtbot: Any, ask: Ask, answer: str, replaces: bool
) -> None:
    engine = ScriptedEngine([answer])
    session = ask(engine)
    session.questions.ask("friendlier")
    qtbot.waitUntil(lambda: not session.conversation.busy)
    assert engine.asked[-1][-1].text.startswith("friendlier\n")
    assert TEXT in engine.asked[-1][-1].text
    assert session.can_replace is replaces
    session.questions.ask("once more")
    qtbot.waitUntil(lambda: not session.conversation.busy)
    assert engine.asked[-1][-1].text == "once more"


def test_in_a_terminal_it_is_copied_not_replaced(qtbot: Any, ask: Ask, access: FakeSelection) -> None:
    session = ask(ScriptedEngine(["I have a dog and a cat."]), selected(can_replace=False))
    run(qtbot, session, "t")
    assert (session.rewriting is not None, session.can_replace) == (True, False)
    session.replace_selection()
    assert access.replaced == []


def test_esc_while_it_is_replaced_ends_that_too(qtbot: Any, ask: Ask, access: FakeSelection) -> None:
    session = ask(ScriptedEngine(["I have a dog and a cat."]))
    run(qtbot, session, "t")
    session.replace_selection()
    session.press("Escape")
    assert (session.is_over, access.canceled) == (True, 1)


def test_without_a_model_it_says_so(qtbot: Any, home: Path, access: FakeSelection) -> None:
    where = PanelRoom(home, ScriptedEngine(["x"]), Settings())
    session = selection_session(where, access)
    assert (session.status.text, session.status.needs_model) == ("No model is open.", True)
    session.forget()
    where.close()


# The key.


@pytest.fixture
def controller(room: Callable[[ScriptedEngine], PanelRoom], access: FakeSelection) -> Iterator[SelectionController]:
    where = room(ScriptedEngine(["x"]))
    made = SelectionController(access, lambda found, _access: selection_session(where, access, found), None)  # type: ignore[arg-type]
    yield made
    made.close()


def test_the_key_opens_what_is_selected_and_ends_the_last_one(
    controller: SelectionController, access: FakeSelection
) -> None:
    opened: list[SelectionSession] = []
    controller.session_opened.connect(opened.append)
    controller.on_hotkey("shot")
    assert access.reads == []
    for _press in range(3):
        controller.on_hotkey("selection")
    assert len(access.reads) == 1, "the first is being read still"
    access.find(selected("one"))
    controller.on_hotkey("selection")
    access.find(selected("two"))
    assert [session.selected.text for session in opened if not session.is_over] == ["two"]
    opened[1].pin(True)
    controller.on_hotkey("selection")
    access.find(selected("three"))
    assert [session.selected.text for session in controller.sessions] == ["two", "three"]


def test_what_can_not_be_read_is_said_and_the_key_works_again(
    controller: SelectionController, access: FakeSelection
) -> None:
    failed: list[str] = []
    controller.failed.connect(lambda error: failed.append(error.text))
    controller.ask_about_selection()
    access.find(SelectionError("No text is selected.", "Select some."))
    controller.ask_about_selection()
    assert (failed, len(access.reads), controller.sessions) == (["No text is selected. Select some."], 2, [])


def test_words_of_the_text_and_of_the_answers_may_be_said(qtbot: Any, ask: Ask) -> None:
    session = ask(ScriptedEngine(["Ask ", "Okonkwo."]))
    assert TEXT in session.nearby_text()
    run(qtbot, session, "e")
    assert session.nearby_text().endswith("Ask Okonkwo.")
