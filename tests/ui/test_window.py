"""The window, driven by keys, clicks and drops, on an engine without a model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from fanlight.domain.errors import DiskFull, ModelBroken, StoreError
from fanlight.domain.models import ModelSpec
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from fanlight.store.thread import StoreThread
from fanlight.ui import theme
from fanlight.ui.attaching import MOST_PICTURES
from fanlight.ui.chips import Chip
from fanlight.ui.window import Window
from support.windows import SPEC, parts, picture_file

pytestmark = pytest.mark.gui

Open = Callable[..., Window]
SLOW = ["word "] * 5000


@pytest.fixture
def open_window(qtbot: Any, home: Path) -> Iterator[Open]:
    windows: list[Window] = []

    def opened(engine: ScriptedEngine | None = None, **more: Any) -> Window:
        window = Window(parts(home, engine, **more))
        windows.append(window)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitExposed(window)
        qtbot.waitUntil(lambda: window.host.condition in ("loading", "ready", "failed"))
        return window

    yield opened
    for window in windows:
        window.close()


def ready(qtbot: Any, window: Window) -> None:
    qtbot.waitUntil(lambda: window.host.condition == "ready")


def ask(qtbot: Any, window: Window, text: str) -> None:
    qtbot.keyClicks(window.composer.input, text)
    qtbot.keyClick(window.composer.input, Qt.Key.Key_Return)


def idle(window: Window) -> bool:
    session = window.desk.current
    return session.condition == "idle" and not session.queued


def texts(window: Window) -> list[str]:
    return [entry.text for entry in window.transcript.entries()]


def mime_of(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def drop(window: Window, mime: QMimeData, over: QWidget | None = None) -> None:
    """What Qt delivers for a drag that is let go over `over`."""
    where = over or window
    here = QPointF(where.mapTo(window, QPoint(5, 5)))
    kind = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, QDragEnterEvent(here.toPoint(), *kind))
    assert window._drop_area.isVisible()
    QApplication.sendEvent(window, QDropEvent(here, *kind))


def read(qtbot: Any, window: Window, count: int) -> tuple[Chip, ...]:
    qtbot.waitUntil(lambda: len(window.composer.chips.attachments) == count)
    return window.composer.chips.chips


def test_a_dropped_picture_and_a_typed_question_get_a_streamed_answer(
    qtbot: Any, open_window: Open, tmp_path: Path
) -> None:
    window = open_window(engine := ScriptedEngine(["A ", "red ", "circle."], 0.01, tokens_per_image=36))
    drop(window, mime_of(picture_file(tmp_path)), window.transcript)
    (chip,) = read(qtbot, window, 1)
    qtbot.waitUntil(lambda: chip.ready)
    assert chip.facts == "160 × 120, 36 tokens"
    assert not window._drop_area.isVisible()
    ask(qtbot, window, "What is it?")
    qtbot.waitUntil(lambda: idle(window) and len(texts(window)) == 2)
    assert texts(window) == ["What is it?", "A red circle."]
    question, answer = window.transcript.entries()
    assert question.captions == ("160 × 120, 36 tokens",)
    assert "tokens/s" in answer.footer
    assert engine.asked[0][0].images[0].width == 160
    assert not window.composer.chips.chips
    assert not window.composer.text


def test_enter_sends_and_shift_enter_breaks_the_line(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    field = window.composer.input
    qtbot.keyClicks(field, "one")
    qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(field, "two")
    before = field.height()
    for _ in range(20):
        qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert before < field.height() < 9 * field.fontMetrics().lineSpacing() + 40
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: idle(window) and len(texts(window)) == 2)
    assert texts(window)[0] == "one\ntwo"


def test_an_empty_question_is_not_sent(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    ask(qtbot, window, "  ")
    assert not window.transcript.entries()
    assert not window.composer.send_button.isEnabled() or window.composer.text.strip() == ""


def test_a_picture_alone_is_described(qtbot: Any, open_window: Open, tmp_path: Path) -> None:
    window = open_window()
    drop(window, mime_of(picture_file(tmp_path)))
    qtbot.keyClick(window.composer.input, Qt.Key.Key_Return)  # before it is read
    qtbot.waitUntil(lambda: idle(window) and len(texts(window)) == 2)
    assert texts(window)[0] == "Describe the picture."
    assert window.transcript.entries()[0].captions


def test_escape_stops_and_the_answer_can_go_on(qtbot: Any, open_window: Open) -> None:
    window = open_window(engine := ScriptedEngine(SLOW, 0.005))
    ask(qtbot, window, "Long?")
    qtbot.waitUntil(lambda: len(texts(window)) == 2 and "word" in texts(window)[1])
    assert window.composer.stop_button.isVisible()
    qtbot.keyClick(window.composer.input, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: idle(window))
    assert not window.composer.stop_button.isVisible()
    assert window.transcript.entries()[-1].state == "stopped"
    engine.pieces = ("the end.",)
    window.transcript.continue_requested.emit()
    qtbot.waitUntil(lambda: idle(window) and texts(window)[-1].endswith("the end."))


def test_escape_stops_from_the_conversation_too(qtbot: Any, open_window: Open) -> None:
    window = open_window(ScriptedEngine(SLOW, 0.005))
    ask(qtbot, window, "Long?")
    qtbot.waitUntil(lambda: len(texts(window)) == 2 and "word" in texts(window)[1])
    window.sidebar.list.setFocus()
    qtbot.keyClick(window.sidebar.list, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: idle(window))


def test_enter_during_an_answer_queues_and_a_queued_question_can_be_taken_back(qtbot: Any, open_window: Open) -> None:
    window = open_window(ScriptedEngine(SLOW, 0.005))
    ask(qtbot, window, "one")
    qtbot.waitUntil(lambda: window.composer.stop_button.isVisible())
    ask(qtbot, window, "two")
    ask(qtbot, window, "three")
    assert [strip._full for strip in window.composer._strips] == ["Next: two", "Next: three"]
    qtbot.mouseClick(window.composer._strips[1].button, Qt.MouseButton.LeftButton)
    assert window.composer.text == "three"
    qtbot.mouseClick(window.composer.stop_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(texts(window)) == 4)
    assert texts(window)[2] == "two"


def test_up_in_an_empty_field_edits_the_last_question_with_its_pictures(
    qtbot: Any, open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    drop(window, mime_of(picture_file(tmp_path)))
    read(qtbot, window, 1)
    ask(qtbot, window, "Waht?")
    qtbot.waitUntil(lambda: idle(window) and len(texts(window)) == 2)
    qtbot.keyClick(window.composer.input, Qt.Key.Key_Up)
    assert window.composer.text == "Waht?"
    assert len(window.composer.chips.attachments) == 1
    assert "Editing" in window.composer._strips[0]._full
    window.composer.input.selectAll()
    ask(qtbot, window, "What?")
    qtbot.waitUntil(lambda: idle(window) and not window.desk.current.editing)
    assert texts(window) == ["What?", "An answer."]


def test_escape_leaves_an_edit_as_it_was(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    ask(qtbot, window, "Q")
    qtbot.waitUntil(lambda: idle(window) and len(texts(window)) == 2)
    qtbot.keyClick(window.composer.input, Qt.Key.Key_Up)
    qtbot.keyClick(window.composer.input, Qt.Key.Key_Escape)
    assert not window.composer.text
    assert texts(window) == ["Q", "An answer."]


def test_delete_removes_a_picture_and_stops_its_encoding(qtbot: Any, open_window: Open, tmp_path: Path) -> None:
    window = open_window(engine := ScriptedEngine(["A"], seconds_per_image=30))
    ready(qtbot, window)
    drop(window, mime_of(picture_file(tmp_path)))
    (chip,) = read(qtbot, window, 1)
    qtbot.waitUntil(lambda: bool(engine.prefilled))
    assert not chip.ready
    qtbot.keyClick(chip, Qt.Key.Key_Delete)
    assert not window.composer.chips.chips
    ask(qtbot, window, "Hello?")
    qtbot.waitUntil(lambda: idle(window) and texts(window)[-1] == "A", timeout=3000)


def test_several_files_at_once_and_each_bad_one_is_said_in_a_sentence(
    qtbot: Any, open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    svg, cut = tmp_path / "drawing.svg", tmp_path / "cut.png"
    svg.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    cut.write_bytes(picture_file(tmp_path, "whole.png").read_bytes()[:200])
    good = [picture_file(tmp_path, f"{i}.png", colour=colour) for i, colour in enumerate(("red", "green"))]
    drop(window, mime_of(good[0], svg, cut, good[1]))
    qtbot.waitUntil(lambda: len(window.errors.lines) == 2 and len(window.composer.chips.attachments) == 2)
    assert not window.composer.chips.reading
    assert "drawing.svg" in window.errors.lines[0]
    assert "cut.png" in window.errors.lines[1]
    qtbot.mouseClick(window.errors.close_button, Qt.MouseButton.LeftButton)
    assert not window.errors.isVisible()


def test_a_question_takes_only_so_many_pictures(qtbot: Any, open_window: Open, tmp_path: Path) -> None:
    window = open_window()
    picture = picture_file(tmp_path, size=(8, 8))
    drop(window, mime_of(*[picture] * (MOST_PICTURES + 3)))
    read(qtbot, window, MOST_PICTURES)
    assert window.errors.lines == (f"A question takes at most {MOST_PICTURES} pictures. Ask in two steps.",)


def test_an_address_dragged_from_a_browser_is_not_fetched_but_said(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/cat.png")])
    drop(window, mime)
    assert "example.org" in window.errors.lines[0]
    assert "Copy the image in the browser and paste it." in window.errors.lines[0]
    assert not window.composer.chips.chips


def test_a_copied_image_is_pasted_as_a_picture_and_copied_text_as_text(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.blue)
    QGuiApplication.clipboard().setImage(image)
    qtbot.keyClick(window.composer.input, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    (chip,) = read(qtbot, window, 1)
    assert chip.facts.startswith("64 × 48")
    QGuiApplication.clipboard().setText("some text")
    qtbot.keyClick(window.composer.input, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert window.composer.text == "some text"


def test_typing_and_sending_work_while_the_model_loads(qtbot: Any, open_window: Open) -> None:
    window = open_window(load_seconds=0.6)
    assert window.model_menu.bar.isVisible()
    ask(qtbot, window, "Early?")
    assert texts(window) == ["Early?", ""]
    assert window.host.condition == "loading"
    qtbot.waitUntil(lambda: idle(window) and texts(window)[-1] == "An answer.")
    assert not window.model_menu.bar.isVisible()


def test_a_model_that_can_not_be_loaded_is_said_with_a_hint_and_another_can_be_chosen(
    qtbot: Any, open_window: Open
) -> None:
    good = ModelSpec("good", Path("good.gguf"))

    def load(spec: ModelSpec) -> ScriptedEngine:
        if spec is not good:
            raise ModelBroken("This is no GGUF file.")
        return ScriptedEngine(["Fine."], sees=False)

    window = open_window(load=load, models=(SPEC, good))
    qtbot.waitUntil(lambda: window.errors.isVisible())
    assert window.errors.lines == (f"This is no GGUF file. {ModelBroken.hint}",)
    assert "could not be loaded" in window.model_menu.button.accessibleName()
    window.model_menu.menu.aboutToShow.emit()
    [action] = [action for action in window.model_menu.menu.actions() if action.text() == "good"]
    action.trigger()
    ready(qtbot, window)
    ask(qtbot, window, "OK?")
    qtbot.waitUntil(lambda: idle(window) and texts(window)[-1] == "Fine.")
    assert window.choices.now.model == "good"


def test_a_practice_model_says_so_and_how_to_open_a_real_one(qtbot: Any, open_window: Open) -> None:
    window = open_window(models=(ModelSpec("practice", Path("p.gguf"), Path("e.gguf"), practice=True),))
    ready(qtbot, window)
    assert window.model_menu.button.text().startswith("Practice model: open a real one")
    window.model_menu.menu.aboutToShow.emit()
    assert window.model_menu.menu.actions()[0].text() == "Open a model…"


def test_a_model_file_is_added_and_opened_and_a_bad_one_said(
    qtbot: Any, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def add(path: Path) -> ModelSpec:
        if path.stem == "bad":
            raise ModelBroken("bad.gguf is cut off.")
        return ModelSpec(path.stem, path)

    window = open_window(add_model=add)
    ready(qtbot, window)
    chosen = iter(["/models/bad.gguf", "/models/mine.gguf"])
    monkeypatch.setattr("fanlight.ui.opening.QFileDialog.getOpenFileName", lambda *_: (next(chosen), ""))
    window.model_menu.open_file.emit()
    qtbot.waitUntil(lambda: window.errors.isVisible())
    assert "bad.gguf is cut off." in window.errors.lines[0]
    window.model_menu.open_file.emit()
    qtbot.waitUntil(lambda: window.host.spec is not None and window.host.spec.name == "mine")


def test_a_text_model_says_that_it_can_not_see(qtbot: Any, open_window: Open, tmp_path: Path) -> None:
    window = open_window(ScriptedEngine(["A"], sees=False), models=(ModelSpec("blind", Path("b.gguf")),))
    ready(qtbot, window)
    drop(window, mime_of(picture_file(tmp_path)))
    (chip,) = read(qtbot, window, 1)
    assert "can not see" in window.errors.lines[0]
    assert "can not see" in chip.accessibleName()


def test_conversations_are_listed_opened_renamed_deleted_and_brought_back(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    for text in ("first question", "second question"):
        ask(qtbot, window, text)
        qtbot.waitUntil(lambda: idle(window) and len(texts(window)) == 2)
        qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
        assert not window.transcript.entries()
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 2)
    listed = window.sidebar.list
    lines = [window.sidebar.model.index(i) for i in range(3)]
    assert [line.data() for line in lines] == ["Today", "second question", "first question"]
    where = listed.visualRect(lines[2]).center()
    qtbot.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=where)
    qtbot.waitUntil(lambda: texts(window) == ["first question", "An answer."])

    listed.setFocus()
    qtbot.keyClick(listed, Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    qtbot.keyClicks(editor, "renamed")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "renamed" in [row.title for row in window.history.rows])
    assert window.windowTitle().startswith("renamed")

    rename, delete = window.header.more_button.menu().actions()
    rename.trigger()
    editor = QApplication.focusWidget()
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert "renamed" in [row.title for row in window.history.rows]
    delete.trigger()
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 1)
    assert not window.transcript.entries()
    qtbot.mouseClick(window.offers.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 2 and len(texts(window)) == 2)

    qtbot.keyClick(listed, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 1)
    assert not window.transcript.entries()
    assert "renamed" in window.offers.lines[0]
    qtbot.mouseClick(window.offers.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 2 and len(texts(window)) == 2)


def test_an_answer_goes_on_while_another_conversation_is_shown(qtbot: Any, open_window: Open) -> None:
    window = open_window(ScriptedEngine(["word "] * 60, 0.01))
    ask(qtbot, window, "long one")
    qtbot.waitUntil(lambda: len(texts(window)) == 2 and bool(texts(window)[1]))
    window.sidebar.new_button.click()
    assert not window.transcript.entries()
    assert not window.composer.stop_button.isVisible()
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 1)
    session = window.desk.sessions[0]
    qtbot.waitUntil(lambda: session.condition == "idle")
    window.sidebar.opened.emit(window.sidebar.ids[0])
    qtbot.waitUntil(lambda: texts(window) == ["long one", "word " * 60])


def test_a_draft_is_kept_for_each_conversation_and_over_a_restart(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    ask(qtbot, window, "Q")
    qtbot.waitUntil(lambda: idle(window) and len(window.sidebar.ids) == 1)
    qtbot.keyClicks(window.composer.input, "half a thou")
    window.sidebar.new_button.click()
    assert window.composer.input.toPlainText() == ""
    qtbot.keyClicks(window.composer.input, "something new")
    first = window.sidebar.ids[0]
    window.sidebar.opened.emit(first)
    qtbot.waitUntil(lambda: window.composer.text == "half a thou")
    window.sidebar.new_button.click()
    assert window.composer.text == "something new"
    window.close()
    again = open_window()
    assert again.composer.text == "something new"
    qtbot.waitUntil(lambda: again.sidebar.ids == [first])
    again.sidebar.opened.emit(first)
    qtbot.waitUntil(lambda: again.composer.text == "half a thou")
    qtbot.keyClick(again.composer.input, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: idle(again) and len(texts(again)) == 4)
    again.close()
    third = open_window()
    qtbot.waitUntil(lambda: [row.draft for row in third.history.rows] == [""])


def test_after_a_restart_a_conversation_is_shown_as_it_was_with_its_pictures(
    qtbot: Any, open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    drop(window, mime_of(picture_file(tmp_path)))
    read(qtbot, window, 1)
    ask(qtbot, window, "What is it?")
    qtbot.waitUntil(lambda: idle(window) and len(texts(window)) == 2)
    before = window.transcript.entries()
    image = window.desk.current.turns[0].message.images[0]
    window.close()
    again = open_window(engine := ScriptedEngine(["Another."]))
    qtbot.waitUntil(lambda: len(again.sidebar.ids) == 1)
    again.sidebar.opened.emit(again.sidebar.ids[0])
    qtbot.waitUntil(lambda: len(texts(again)) == 2)
    after = again.transcript.entries()
    assert [(e.text, e.footer, e.state) for e in after] == [(e.text, e.footer, e.state) for e in before]
    assert after[0].captions == ("160 × 120",)
    assert after[0].thumbnails == before[0].thumbnails
    qtbot.waitUntil(lambda: bool(engine.prefilled))
    assert engine.prefilled[0][0].images == (image,)
    ask(qtbot, again, "And now?")
    qtbot.waitUntil(lambda: idle(again) and len(texts(again)) == 4)
    assert engine.asked[0][0].images == (image,)


def test_a_full_disk_is_said_once_and_costs_nothing_shown(qtbot: Any, open_window: Open, home: Path) -> None:
    full = [False]

    class Tight(StoreThread):
        def submit(self, work: Any) -> Any:
            def tried(database: Any) -> Any:
                if full[0]:
                    raise DiskFull("There is no room left on the disk.")
                return work(database)

            return super().submit(tried)

    window = open_window(open_store=lambda keep: lambda error, recovered: Tight(home, error, recovered))
    window.history._again.setInterval(50)
    full[0] = True
    ask(qtbot, window, "Q")
    qtbot.waitUntil(lambda: idle(window) and texts(window) == ["Q", "An answer."])
    assert window.errors.lines == (f"There is no room left on the disk. {DiskFull.hint}",)
    full[0] = False
    qtbot.waitUntil(lambda: not window.errors.isVisible())
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 1)


def test_conversations_that_can_not_be_opened_are_said_and_asking_still_works(qtbot: Any, open_window: Open) -> None:
    class Locked:
        def submit(self, work: Any) -> Any:
            from concurrent.futures import Future

            future: Future[Any] = Future()
            future.set_exception(StoreError("Another Fanlight has the conversations open."))
            return future

        def answer(self, *_: Any) -> None: ...

        def close(self) -> bool:
            return True

    window = open_window(open_store=lambda keep: lambda error, recovered: Locked())
    qtbot.waitUntil(lambda: "Another Fanlight" in "".join(window.errors.lines))
    ask(qtbot, window, "Q")
    qtbot.waitUntil(lambda: idle(window) and texts(window) == ["Q", "An answer."])


def test_a_damaged_database_is_said_and_the_message_stays(qtbot: Any, open_window: Open, home: Path) -> None:
    window = open_window()
    ask(qtbot, window, "Q")
    qtbot.waitUntil(lambda: idle(window) and len(texts(window)) == 2)
    window.close()
    (home / "conversations.db").write_bytes(b"no database at all" * 1000)
    again = open_window()
    qtbot.waitUntil(lambda: again.errors.isVisible())
    assert "damaged" in again.errors.lines[0]
    ask(qtbot, again, "Still?")
    qtbot.waitUntil(lambda: idle(again) and len(again.sidebar.ids) == 1)
    assert "damaged" in again.errors.lines[0]


def test_without_history_nothing_is_written(qtbot: Any, open_window: Open, home: Path, tmp_path: Path) -> None:
    window = open_window(settings=Settings(keep_history=False))
    drop(window, mime_of(picture_file(tmp_path)))
    read(qtbot, window, 1)
    ask(qtbot, window, "secret question")
    qtbot.waitUntil(lambda: idle(window) and len(window.sidebar.ids) == 1)
    qtbot.keyClicks(window.composer.input, "secret draft")
    window.sidebar.new_button.click()
    qtbot.keyClicks(window.composer.input, "secret draft")
    window.sidebar.opened.emit(window.sidebar.ids[0])
    qtbot.waitUntil(lambda: texts(window) == ["secret question", "An answer."])
    window.close()
    for path in home.rglob("*"):
        assert path.is_dir() or b"secret" not in path.read_bytes(), path
    assert not (home / "conversations.db").exists()


def test_history_switched_on_during_an_answer_leaves_what_is_kept_alone(
    qtbot: Any, open_window: Open, home: Path
) -> None:
    window = open_window()
    ask(qtbot, window, "kept")
    qtbot.waitUntil(lambda: idle(window) and len(texts(window)) == 2)
    window.close()
    second = open_window(ScriptedEngine(SLOW, 0.005), settings=Settings(keep_history=False))
    ask(qtbot, second, "not kept")
    qtbot.waitUntil(lambda: len(texts(second)) == 2 and "word" in texts(second)[1])
    second.choices.choose(keep_history=True)
    assert not second.transcript.entries()
    qtbot.waitUntil(lambda: [row.title for row in second.history.rows] == ["kept"])
    qtbot.wait(300)
    second.close()
    third = open_window()
    qtbot.waitUntil(lambda: len(third.sidebar.ids) == 1)
    third.sidebar.opened.emit(third.sidebar.ids[0])
    qtbot.waitUntil(lambda: texts(third) == ["kept", "An answer."])


def test_history_switched_off_during_an_answer_keeps_what_was_said(qtbot: Any, open_window: Open) -> None:
    window = open_window(ScriptedEngine(SLOW, 0.005))
    ask(qtbot, window, "kept")
    qtbot.waitUntil(lambda: len(texts(window)) == 2 and texts(window)[1].count("word") > 20)
    window.choices.choose(keep_history=False)
    ask(qtbot, window, "not kept")
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 1 and len(texts(window)) == 2)
    window.choices.choose(keep_history=True)
    qtbot.waitUntil(lambda: [row.title for row in window.history.rows] == ["kept"])
    window.sidebar.opened.emit(window.sidebar.ids[0])
    qtbot.waitUntil(lambda: len(texts(window)) == 2)
    assert window.transcript.entries()[1].state == "stopped"
    assert texts(window)[1].count("word") > 20


def test_every_control_has_a_name_for_a_screen_reader(qtbot: Any, open_window: Open, tmp_path: Path) -> None:
    picture_file(tmp_path).rename(tmp_path / "shapes.png")
    window = open_window(ScriptedEngine(SLOW, 0.01))
    drop(window, mime_of(tmp_path / "shapes.png"))
    read(qtbot, window, 1)
    ask(qtbot, window, "one")
    ask(qtbot, window, "two")
    drop(window, mime_of(tmp_path / "shapes.png"))
    read(qtbot, window, 1)
    window.errors.say(StoreError("An error."))
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 1)
    nameless = []
    for widget in window.findChildren(QWidget):
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.isVisibleTo(window):
            interface = QAccessible.queryAccessibleInterface(widget)
            if interface is not None and not interface.text(QAccessible.Text.Name):
                nameless.append(f"{type(widget).__name__} {widget.objectName()} in {type(widget.parent()).__name__}")
    assert not nameless


def test_a_link_opens_only_after_its_address_was_shown(
    qtbot: Any, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    shown: list[str] = []
    monkeypatch.setattr("fanlight.ui.leaving.QDesktopServices.openUrl", lambda url: opened.append(url.toString()))
    press = ["Cancel"]

    def answer(box: QMessageBox) -> int:
        shown.append(box.informativeText())
        box.show()
        [button] = [button for button in box.buttons() if button.text().replace("&", "") == press[0]]
        button.click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", answer)
    window = open_window()
    address = QUrl("https://example.org/a?b=c")
    window.transcript.link_requested.emit(address)
    assert (shown, opened) == ([address.toString()], [])
    press[0] = "Open"
    window.transcript.link_requested.emit(address)
    assert opened == [address.toString()]


def test_a_bug_is_said_and_the_program_goes_on(qtbot: Any, open_window: Open, monkeypatch: Any) -> None:
    import sys
    import threading

    from fanlight.ui.application import catch_bugs

    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    window = open_window()
    catch_bugs(window)
    try:
        raise ZeroDivisionError("a bug")
    except ZeroDivisionError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: window.errors.isVisible())
    assert "Something went wrong inside Fanlight." in window.errors.lines[0]
    ask(qtbot, window, "Still there?")
    qtbot.waitUntil(lambda: idle(window) and len(texts(window)) == 2)


def test_where_the_window_was_is_remembered(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    window.resize(760, 610)
    window.header.sidebar_button.click()
    assert not window.sidebar.isVisible()
    window.close()
    again = open_window()
    assert (again.width(), again.height()) == (760, 610)
    assert not again.sidebar.isVisible()


def test_the_system_going_dark_is_followed_at_once_and_a_chosen_theme_stays(
    qtbot: Any, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheme = [Qt.ColorScheme.Light]

    class Hints:
        def colorScheme(self) -> Qt.ColorScheme:
            return scheme[-1]

    application = type("Application", (QGuiApplication,), {"styleHints": staticmethod(Hints)})
    monkeypatch.setattr(theme, "QGuiApplication", application)

    def system_turns(to: Qt.ColorScheme) -> None:
        scheme.append(to)
        QGuiApplication.styleHints().colorSchemeChanged.emit(to)

    def ground() -> str:
        return QApplication.palette().window().color().name()

    window = open_window()
    assert ground() == theme.LIGHT.window
    system_turns(Qt.ColorScheme.Dark)
    assert ground() == theme.DARK.window
    window.choices.choose(theme="light")
    assert ground() == theme.LIGHT.window
    system_turns(Qt.ColorScheme.Light)
    system_turns(Qt.ColorScheme.Dark)
    assert ground() == theme.LIGHT.window


def test_the_last_answer_is_copied_with_a_key(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    ask(qtbot, window, "Q")
    qtbot.waitUntil(lambda: idle(window) and len(texts(window)) == 2)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, Qt.Key.Key_C, both)
    assert QGuiApplication.clipboard().text() == "An answer."


def test_the_conversations_are_walked_through_with_keys(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    for text in ("one", "two"):
        ask(qtbot, window, text)
        qtbot.waitUntil(lambda: idle(window) and len(texts(window)) == 2)
        qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 2)
    for key, text in ((Qt.Key.Key_PageDown, "two"), (Qt.Key.Key_PageDown, "one"), (Qt.Key.Key_PageUp, "two")):
        qtbot.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda text=text: texts(window)[:1] == [text])


def test_a_narrow_window_hides_the_conversations_until_there_is_room(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    window.resize(600, 600)
    qtbot.waitUntil(lambda: not window.sidebar.isVisible())
    window.resize(1000, 600)
    qtbot.waitUntil(lambda: window.sidebar.isVisible())


def test_closing_during_an_answer_is_quick_and_keeps_it(qtbot: Any, open_window: Open) -> None:
    window = open_window(ScriptedEngine(SLOW, 0.01))
    ask(qtbot, window, "Q")
    qtbot.waitUntil(lambda: len(texts(window)) == 2 and len(texts(window)[1]) > 50)
    shown = texts(window)[1]
    window.close()
    again = open_window(ScriptedEngine(["more"]))
    qtbot.waitUntil(lambda: len(again.sidebar.ids) == 1)
    again.sidebar.opened.emit(again.sidebar.ids[0])
    qtbot.waitUntil(lambda: len(texts(again)) == 2)
    entry = again.transcript.entries()[1]
    assert entry.state == "stopped"
    assert entry.text.startswith(shown)
    again.transcript.continue_requested.emit()
    qtbot.waitUntil(lambda: idle(again) and texts(again)[1].endswith("more"))


def test_nothing_heavy_is_imported_before_the_window_is_painted() -> None:
    import subprocess
    import sys

    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from PySide6.QtWidgets import QApplication\n"
        "app = QApplication(['x'])\n"
        "from fanlight import compose\n"
        "from fanlight.ui import application\n"
        "from fanlight.ui.window import Window\n"
        "def run(parts, argv, logs):\n"
        "    window = Window(parts)\n"
        "    window.start = lambda: None\n"
        "    window.show()\n"
        "    app.processEvents()\n"
        "    heavy = {'llama_cpp', 'numpy', 'PIL', 'sqlite3', 'jinja2', 'torch', 'ssl', 'http'} & set(sys.modules)\n"
        "    print(sorted(heavy))\n"
        "    return 0\n"
        "application.run = run\n"
        "compose.window([])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=_environment(), timeout=60)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def _environment() -> dict[str, str]:
    import os

    import fanlight

    return {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(Path(fanlight.__file__).parents[1])}
