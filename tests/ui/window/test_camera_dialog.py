"""A picture from a camera: previewed, taken, used. The camera's stand-in is a picture that FFmpeg makes, opened as a
camera is."""

from __future__ import annotations

from typing import Any

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from fanlight.domain.desktop_errors import CameraError
from fanlight.domain.messages import Image
from fanlight.engine.scripted import ScriptedEngine
from fanlight.ui.composer.chips import Chip
from fanlight.ui.window.camera_dialog import CameraDialog
from fanlight.video import camera_listing
from fanlight.video.cameras import Camera
from support.whole_window import WholeWindow
from support.window_hands import Open, read

pytestmark = pytest.mark.gui

HALVES = "color={}:s=64x48:r=30,drawbox=x=32:w=32:h=48:color=white:t=fill,realtime"
RED, BLUE = Camera(HALVES.format("red"), "Red & round", "lavfi"), Camera(HALVES.format("blue"), "Blue", "lavfi")
SECONDS = 60_000


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> list[Camera]:
    found = [RED, BLUE]
    monkeypatch.setattr(camera_listing, "list_cameras", lambda: list(found))
    return found


def opened(window: WholeWindow) -> CameraDialog:
    window.composer.camera_wanted.emit()
    return [dialog for dialog in window.findChildren(CameraDialog) if dialog.isVisible()][-1]


def wait_for(qtbot: Any, dialog: CameraDialog, condition: str) -> None:
    qtbot.waitUntil(lambda: dialog.condition == condition, timeout=SECONDS)


def color_at(dialog: CameraDialog, place: float) -> tuple[int, ...]:
    """Of what is shown, at this share of its width."""
    shown = dialog.view.grab().toImage()
    color = shown.pixelColor(round(place * shown.width()), shown.height() // 2)
    return color.red(), color.green(), color.blue()


def is_near(color: tuple[int, ...], wanted: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 40 for a, b in zip(color, wanted, strict=True))


def attached(chip: Chip) -> Image:
    attachment = chip.item.attachment
    assert attachment is not None
    assert isinstance(attachment.image, Image)
    return attachment.image


def closed(qtbot: Any) -> None:
    """No process has a camera any more."""

    def reads(process: psutil.Process) -> bool:
        try:
            return "fanlight.video.camera_child" in process.cmdline()
        except psutil.Error:  # it has just ended
            return False

    qtbot.waitUntil(lambda: not any(map(reads, psutil.Process().children())), timeout=SECONDS)


def test_a_picture_is_taken_used_and_attached(qtbot: Any, open_window: Open, there: list[Camera]) -> None:
    window = open_window(ScriptedEngine(["x"]))
    closed(qtbot)
    dialog = opened(window)
    wait_for(qtbot, dialog, "live")
    assert is_near(color_at(dialog, 0.4), (255, 255, 255)), "the preview is a mirror"
    assert is_near(color_at(dialog, 0.6), (254, 0, 0))
    assert QApplication.focusWidget() in (dialog.take_button, None)
    qtbot.keyClick(dialog, Qt.Key.Key_Space)
    assert not dialog.use_button.isEnabled()
    assert is_near(color_at(dialog, 0.4), (254, 0, 0)), "the picture is none"
    wait_for(qtbot, dialog, "taken")
    closed(qtbot)
    assert dialog.state.text() == "The camera is off."
    dialog.again_button.click()
    assert dialog.view.image.isNull()
    wait_for(qtbot, dialog, "live")
    qtbot.keyClick(dialog.take_button, Qt.Key.Key_Return)
    wait_for(qtbot, dialog, "taken")
    held = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True)
    QApplication.sendEvent(dialog.use_button, held)
    assert dialog.isVisible(), "the key is still held down"
    qtbot.keyClick(dialog.use_button, Qt.Key.Key_Return)
    (chip,) = read(qtbot, window, 1)
    image = attached(chip)
    assert chip.item.name == "Picture from the camera.jpg"
    assert (image.width, image.height) == (64, 48)
    middle = 3 * (24 * 64)
    assert is_near(tuple(image.rgb[middle + 3 * 8 : middle + 3 * 9]), (254, 0, 0))
    closed(qtbot)


def test_the_chosen_camera_and_the_mirror_are_remembered(qtbot: Any, open_window: Open, there: list[Camera]) -> None:
    window = open_window(ScriptedEngine(["x"]))
    dialog = opened(window)
    wait_for(qtbot, dialog, "live")
    assert [dialog.camera.itemText(at) for at in range(2)] == ["Red & round", "Blue"]
    dialog.camera.setCurrentIndex(1)
    dialog.camera.activated.emit(1)
    wait_for(qtbot, dialog, "live")
    dialog.mirror.click()
    dialog.reject()
    closed(qtbot)
    dialog = opened(window)
    wait_for(qtbot, dialog, "live")
    assert dialog.camera.currentText() == "Blue"
    assert dialog.mirror.isChecked()
    dialog.take_button.click()
    wait_for(qtbot, dialog, "taken")
    assert is_near(color_at(dialog, 0.6), (0, 0, 254))
    dialog.use_button.click()
    (chip,) = read(qtbot, window, 1)
    assert is_near(tuple(attached(chip).rgb[3 * (24 * 64 + 56) :][:3]), (0, 0, 254))


def test_escape_hiding_and_the_window_going_close_the_camera(
    qtbot: Any, open_window: Open, there: list[Camera]
) -> None:
    window = open_window(ScriptedEngine(["x"]))
    del there[1]
    dialog = opened(window)
    assert dialog.camera.isHidden()
    qtbot.keyClick(dialog, Qt.Key.Key_Space)
    assert dialog.condition in ("looking", "starting"), "there is nothing to be taken yet"
    wait_for(qtbot, dialog, "live")
    dialog.hide()
    closed(qtbot)
    dialog.show()
    wait_for(qtbot, dialog, "live")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    closed(qtbot)
    dialog = opened(window)
    wait_for(qtbot, dialog, "live")
    window.hide()
    assert dialog.isHidden()
    closed(qtbot)
    window.show()
    dialog = opened(window)
    window.discard()
    assert dialog.isHidden()
    closed(qtbot)


def test_no_camera_and_one_that_cannot_be_used_are_said(
    qtbot: Any, open_window: Open, there: list[Camera], monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(ScriptedEngine(["x"]))
    there.clear()
    dialog = opened(window)
    wait_for(qtbot, dialog, "none")
    assert "No camera was found" in dialog.state.text()
    assert not dialog.take_button.isEnabled()
    there.append(Camera("no such source", "A <b>bold</b> one", "lavfi"))
    dialog.look_again.click()
    wait_for(qtbot, dialog, "failed")
    assert "“A <b>bold</b> one” cannot be used" in dialog.problem.text()
    assert dialog.look_again.isVisible()
    there[:] = [RED]
    dialog.look_again.click()
    wait_for(qtbot, dialog, "live")
    assert dialog.problem.isHidden()

    def fail() -> list[Camera]:
        raise CameraError("Nothing can be listed.")

    monkeypatch.setattr(camera_listing, "list_cameras", fail)
    dialog.look()
    wait_for(qtbot, dialog, "failed")
    assert "Nothing can be listed." in dialog.problem.text()
    dialog.reject()
    closed(qtbot)


def test_it_is_found_in_the_menu_and_by_its_words(qtbot: Any, open_window: Open, there: list[Camera]) -> None:
    window = open_window(ScriptedEngine(["x"]))
    menu = window.composer.attach_button.menu()
    assert "Take a Picture…" in [action.text() for action in menu.actions()]
    palette = window.searching.palette
    palette.commands.show_for("take pic")
    (button,) = [one for one in palette.commands.buttons if not one.isHidden()]
    button.click()
    dialog = window.findChild(CameraDialog)
    assert dialog is not None
    wait_for(qtbot, dialog, "live")
    dialog.reject()
    closed(qtbot)


def test_hidden_while_a_picture_is_taken_it_begins_anew(qtbot: Any, open_window: Open, there: list[Camera]) -> None:
    window = open_window(ScriptedEngine(["x"]))
    dialog = opened(window)
    wait_for(qtbot, dialog, "live")
    dialog.take_button.click()
    dialog.hide()
    closed(qtbot)
    dialog.show()
    wait_for(qtbot, dialog, "live")
    dialog.reject()
    closed(qtbot)


def test_what_is_shown_is_what_was_taken(qtbot: Any, open_window: Open, there: list[Camera]) -> None:
    """A further frame is under way each time; the picture is of that one."""
    grey = "color=black:s=64x48:r=2,geq=lum='40+mod(N*60,180)':cb=128:cr=128,realtime"
    there[:] = [Camera(grey, "Grey", "lavfi")]
    window = open_window(ScriptedEngine(["x"]))
    dialog = opened(window)
    wait_for(qtbot, dialog, "live")
    dialog.take_button.click()
    wait_for(qtbot, dialog, "taken")
    shown = dialog.view.image.pixelColor(32, 24).red()
    dialog.use_button.click()
    (chip,) = read(qtbot, window, 1)
    assert abs(attached(chip).rgb[3 * (24 * 64 + 32)] - shown) < 10
