"""From a capture's panel into the window, and what is on disk before and after."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow

from fanlight.core.remote_commands import CaptureRequest
from fanlight.domain.annotations import Area, Redaction
from fanlight.domain.errors import InputError
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from fanlight.store.database import Database
from fanlight.ui.panel.panel import QuickPanel
from fanlight.ui.panel.panel_keys import REDACT_PICTURE
from support.timers import at_rest
from support.whole_window import WholeWindow
from support.window_hands import Open

pytestmark = pytest.mark.gui
REGION = (10, 20, 120, 90)


def shot(window: WholeWindow, action: str = "explain") -> QuickPanel:
    window.remote.capture_requested.emit(CaptureRequest(region=REGION, action=action))
    panel = window.features.captures.view.panels[-1]
    assert isinstance(panel, QuickPanel)
    return panel


def idle(panel: QuickPanel) -> bool:
    return panel.conversation.condition == "idle" and bool(panel.conversation.turns)


def kept(home: Path) -> list[tuple[str, str, int]]:
    """What is on disk: text, state, pictures."""
    database = Database(home)
    messages = [m for row in database.conversations() for m in database.messages(row.id)]
    database.close()
    return [(m.message.text, str(m.state), len(m.pictures)) for m in messages]


def words_on_disk(folder: Path, word: bytes) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and word in path.read_bytes()]


def test_what_is_said_in_the_panel_is_on_no_disk_until_it_goes_on_in_the_window(
    qtbot: Any, open_window: Open, home: Path, tmp_path: Path
) -> None:
    window = open_window(ScriptedEngine(["A ", "zanzibar."]), settings=Settings(read_text_in_captures=False))
    panel = shot(window)
    qtbot.waitUntil(lambda: idle(panel))
    assert words_on_disk(tmp_path, b"zanzibar") == []
    panel.session.press("o")
    qtbot.waitUntil(lambda: panel.session.is_over)
    assert [entry.text for entry in window.transcript.entries()] == ["Explain this picture.", "A zanzibar."]
    assert window.session_manager.current.title == "Explain: capture"
    assert len(window.transcript.entries()[0].thumbnails) == 1
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 1)
    window.close()
    assert kept(home) == [("Explain this picture.", "complete", 1), ("A zanzibar.", "complete", 0)]


def test_the_conversation_goes_on_in_the_window_with_its_picture(qtbot: Any, open_window: Open) -> None:
    engine = ScriptedEngine(["x"])
    window = open_window(engine)
    panel = shot(window)
    qtbot.waitUntil(lambda: idle(panel))
    panel.session.press("o")
    qtbot.waitUntil(lambda: panel.session.is_over)
    window.composer.send.emit("And now?")
    qtbot.waitUntil(lambda: len(engine.asked) == 2 and window.session_manager.current.condition == "idle")
    assert engine.slots == ["panel", "window"]
    assert [len(message.images) for message in engine.asked[1]] == [1, 0, 0]
    assert engine.asked[1][0].images[0].id == engine.asked[0][0].images[0].id  # its embeddings are still known


def test_an_answer_that_is_under_way_goes_on_in_the_window(qtbot: Any, open_window: Open, home: Path) -> None:
    window = open_window(ScriptedEngine([f"{i} " for i in range(60)], seconds_per_token=0.02))
    panel = shot(window)
    qtbot.waitUntil(lambda: "3 " in panel.conversation.last_answer)
    panel.session.press("o")
    qtbot.waitUntil(lambda: panel.session.is_over)
    session = window.session_manager.current
    qtbot.waitUntil(lambda: session.condition == "idle" and session.last_answer.endswith("59 "), timeout=20_000)
    assert session.last_answer.startswith("0 1 2 3 ")
    window.close()
    assert [(state, pictures) for _, state, pictures in kept(home)] == [("complete", 1), ("complete", 0)]


def test_a_capture_without_a_question_comes_into_the_composer(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    panel = shot(window, "none")
    panel.session.press("o")
    qtbot.waitUntil(lambda: panel.session.is_over)
    assert window.transcript.entries() == ()
    qtbot.waitUntil(lambda: len(window.composer.chips.attachments) == 1)


def test_an_action_for_the_window_is_asked_there(qtbot: Any, open_window: Open, home: Path) -> None:
    home.mkdir(parents=True)
    (home / "actions.toml").write_text('[poem]\nlabel = "Poem"\nprompt = "A poem."\ngoes_to = "window"\n', "utf-8")
    engine = ScriptedEngine(["x"])
    window = open_window(engine, settings=Settings(read_text_in_captures=False))
    panel = shot(window, "poem")
    qtbot.waitUntil(lambda: panel.session.is_over)
    qtbot.waitUntil(lambda: [entry.text for entry in window.transcript.entries()] == ["A poem.", "x"])
    assert engine.slots == ["window"]
    assert [len(message.images) for message in engine.asked[0]] == [1]


def test_without_history_a_continued_capture_is_on_no_disk(qtbot: Any, open_window: Open, tmp_path: Path) -> None:
    window = open_window(ScriptedEngine(["A ", "zanzibar."]), settings=Settings(keep_history=False))
    panel = shot(window)
    qtbot.waitUntil(lambda: idle(panel))
    panel.session.press("o")
    qtbot.waitUntil(lambda: panel.session.is_over)
    window.close()
    assert words_on_disk(tmp_path, b"zanzibar") == []


def test_pressing_it_twice_continues_it_once(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    panel = shot(window)
    qtbot.waitUntil(lambda: idle(panel))
    panel.session.press("o")
    panel.session.press("o")
    qtbot.waitUntil(lambda: panel.session.is_over)
    qtbot.waitUntil(lambda: at_rest(window.core.file_worker, window.host.worker))
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 1)


def test_a_panel_that_is_forgotten_on_its_way_to_the_window_stays_forgotten(
    qtbot: Any, open_window: Open, home: Path
) -> None:
    window = open_window(ScriptedEngine(["A ", "zanzibar."]))
    panel = shot(window)
    qtbot.waitUntil(lambda: idle(panel))
    panel.session.press("o")
    panel.session.forget()
    qtbot.waitUntil(lambda: at_rest(window.core.file_worker, window.host.worker))
    window.close()
    assert kept(home) == []


def test_problems_of_a_capture_are_said_in_the_window(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    window.remote.capture_requested.emit(CaptureRequest(action="nothing-like-it"))
    qtbot.waitUntil(lambda: window.errors.isVisible())
    assert "nothing-like-it" in window.errors.lines[0]


def test_closing_the_window_closes_its_panels(qtbot: Any, open_window: Open) -> None:
    window = open_window(ScriptedEngine(["x"] * 10_000, seconds_per_token=0.01))
    panel = shot(window)
    qtbot.waitUntil(lambda: panel.transcript.isVisibleTo(panel))
    window.close()
    assert panel.session.is_over


def test_the_panel_of_a_capture_that_cannot_be_redacted_comes_back_and_says_why(
    qtbot: Any, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_unused: object) -> None:
        raise InputError("There is no room.")

    monkeypatch.setattr("fanlight.ui.wiring.capture_viewing.drawn_on", fail)
    window = open_window(ScriptedEngine(["x"]), settings=Settings(read_text_in_captures=False))
    panel = shot(window, "none")
    panel.head.redact_button.click()
    viewing = window.features.captures.viewing
    assert viewing is not None
    qtbot.waitUntil(lambda: not viewing.viewer.view.image.isNull())
    viewing.viewer.view.add(Redaction(Area(10, 10, 60, 40)))
    viewing.viewer.tools.bar.apply_button.click()
    qtbot.waitUntil(panel.isVisible)
    assert "There is no room." in panel.problem.text()
    assert not panel.session.is_over


def test_a_capture_is_redacted_before_anything_of_it_is_kept(
    qtbot: Any, open_window: Open, home: Path, tmp_path: Path
) -> None:
    window = open_window(ScriptedEngine(["A ", "zanzibar."]), settings=Settings(read_text_in_captures=False))
    panel = shot(window, "none")
    captures, old = window.features.captures, panel.session.capture
    panel._press(REDACT_PICTURE)
    assert captures.viewing is not None
    viewer = captures.viewing.viewer
    assert panel.isHidden()
    qtbot.waitUntil(lambda: not viewer.view.image.isNull())
    viewer.close()
    assert panel.isVisible()
    panel.head.redact_button.click()
    qtbot.waitUntil(lambda: not viewer.view.image.isNull())
    viewer.view.add(Redaction(Area(10, 10, 60, 40)))
    viewer.tools.bar.apply_button.click()
    qtbot.waitUntil(lambda: len(captures.view.panels) == 1 and captures.view.panels[0] is not panel)
    new = captures.view.panels[0]
    assert isinstance(new, QuickPanel)
    assert new.isVisible()
    assert captures.controller.history.find(old.number) is None
    assert new.session.capture.place == old.place
    new.session.press("o")
    qtbot.waitUntil(lambda: new.session.is_over)
    (attachment,) = window.session_manager.current.attachments.read
    assert attachment.picture is not None
    with Pillow.open(io.BytesIO(attachment.picture.data)) as kept_picture:
        assert kept_picture.crop((10, 10, 70, 50)).convert("RGB").getcolors() == [(60 * 40, (0, 0, 0))]
