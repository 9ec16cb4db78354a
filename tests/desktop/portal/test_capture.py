"""Choosing a part of the screen by the desktop's portal: every answer there can be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtGui import QColor, QImage

from fanlight.desktop.bus import PORTAL, PORTAL_PATH
from fanlight.desktop.capture import CapturedImage
from fanlight.desktop.capture import portal as capture
from fanlight.domain.desktop_errors import CaptureBusy, CaptureDenied, CaptureError, CaptureTimedOut, CaptureUnavailable

if TYPE_CHECKING:
    from support.fake_portal import FakePortal
    from support.session_bus import SessionBus

Said = list[CapturedImage | CaptureError]


@pytest.fixture
def chooser(qtbot: Any, session_bus: SessionBus) -> Iterator[capture.PortalCapture]:
    made = capture.PortalCapture(answer_seconds=1.0, choose_seconds=1.0)
    yield made
    made.close()


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """Of 20 x 10 pixels, where a desktop may put it."""
    folder = tmp_path / "Bilder und Fotos é #1"
    folder.mkdir()
    image = QImage(20, 10, QImage.Format.Format_ARGB32)
    image.fill(QColor("white"))
    image.setPixelColor(19, 9, QColor("#123456"))
    path = folder / "Bildschirmfoto 10%20.png"
    assert image.save(str(path))
    return path


def chosen(qtbot: Any, chooser: capture.PortalCapture) -> CapturedImage | CaptureError:
    said: Said = []
    chooser.pick_region(said.append)
    qtbot.waitUntil(lambda: len(said) == 1)
    return said[0]


def drain(qtbot: Any, chooser: capture.PortalCapture) -> None:
    """Wait until all that the portal, and the bus, have sent before has arrived: each keeps the order."""
    assert chooser._bus is not None
    replies: list[object] = []
    body = (capture.SCREENSHOT,)
    chooser._bus.call(PORTAL, PORTAL_PATH, capture.PROPERTIES, "GetAll", "s", body, replies.append)
    qtbot.waitUntil(lambda: bool(replies))


def test_what_was_chosen_comes_with_its_pixels_and_its_file_is_gone(
    qtbot: Any, portal: FakePortal, chooser: capture.PortalCapture, picture: Path
) -> None:
    portal.script.uris = [picture.as_uri()]
    image = chosen(qtbot, chooser)
    assert isinstance(image, CapturedImage)
    assert (image.width, image.height, image.qimage.format()) == (20, 10, QImage.Format.Format_RGB32)
    assert image.qimage.pixelColor(19, 9) == QColor("#123456")
    assert not picture.exists()
    ((_, options),) = portal.called("Screenshot")
    assert options["interactive"] == ("b", True)
    assert "target" not in options


def test_a_desktop_that_can_choose_an_area_is_asked_for_one(
    qtbot: Any, portal: FakePortal, chooser: capture.PortalCapture, picture: Path
) -> None:
    portal.script.targets = 1 | 4
    portal.script.uris = [picture.as_uri()]
    assert isinstance(chosen(qtbot, chooser), CapturedImage)
    ((_, options),) = portal.called("Screenshot")
    assert options["target"] == ("u", 4)


def test_an_answer_that_comes_before_the_request_is_taken_is_heard(
    qtbot: Any, portal: FakePortal, chooser: capture.PortalCapture, picture: Path
) -> None:
    portal.script.answers_before_taking = True
    portal.script.uris = [picture.as_uri()]
    assert isinstance(chosen(qtbot, chooser), CapturedImage)


@pytest.mark.parametrize(("code", "kind"), [(1, CaptureDenied), (2, CaptureError), (77, CaptureError)])
def test_a_refusal_is_said_and_the_next_choice_works(
    qtbot: Any, portal: FakePortal, chooser: capture.PortalCapture, picture: Path, code: int, kind: type[CaptureError]
) -> None:
    portal.script.code = code
    error = chosen(qtbot, chooser)
    assert isinstance(error, kind)
    assert error.hint
    portal.script.code, portal.script.uris = 0, [picture.as_uri()]
    assert isinstance(chosen(qtbot, chooser), CapturedImage)


def test_a_desktop_that_does_not_even_take_the_request_is_given_up(
    qtbot: Any, portal: FakePortal, chooser: capture.PortalCapture
) -> None:
    portal.script.takes = False
    assert isinstance(chosen(qtbot, chooser), CaptureTimedOut)
    assert not chooser.is_choosing
    assert capture.ANSWER_SECONDS == 15


def test_a_desktop_that_never_answers_is_given_up_and_its_dialog_closed(
    qtbot: Any, portal: FakePortal, chooser: capture.PortalCapture
) -> None:
    portal.script.code = None
    assert isinstance(chosen(qtbot, chooser), CaptureTimedOut)
    qtbot.waitUntil(lambda: len(portal.closed) == 1)


def test_an_answer_that_is_too_late_changes_nothing(
    qtbot: Any, portal: FakePortal, chooser: capture.PortalCapture, picture: Path
) -> None:
    portal.script.code = None
    said: Said = []
    chooser.pick_region(said.append)
    qtbot.waitUntil(lambda: len(portal.closed) == 1)
    (owner,) = portal.ids
    portal.respond(owner, portal.closed[0], 0, {"uri": ("s", picture.as_uri())})
    drain(qtbot, chooser)
    assert len(said) == 1
    assert picture.exists()


def test_what_is_no_picture_is_said_and_not_deleted(
    qtbot: Any, portal: FakePortal, chooser: capture.PortalCapture, tmp_path: Path
) -> None:
    letter, drawing, half = tmp_path / "letter.png", tmp_path / "drawing.png", tmp_path / "half.png"
    letter.write_text("Dear Sir or Madam")
    drawing.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    half.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x20\0\0\0\x20\x08\x02\0\0\0")
    for path in (letter, drawing, half):
        portal.script.uris = [path.as_uri()]
        error = chosen(qtbot, chooser)
        assert isinstance(error, CaptureError)
        assert path.exists()


@pytest.mark.parametrize("uri", ["", "file:///nowhere/at/all.png", "https://example.org/a.png", "file:///", "../a.png"])
def test_a_file_that_is_not_there_is_said(
    qtbot: Any, portal: FakePortal, chooser: capture.PortalCapture, uri: str, no_connection: list[str]
) -> None:
    portal.script.uris = [uri]
    assert isinstance(chosen(qtbot, chooser), CaptureError)
    assert no_connection == []


def test_a_picture_that_can_not_be_deleted_is_said_and_used(
    qtbot: Any, portal: FakePortal, chooser: capture.PortalCapture, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    problems: list[CaptureError] = []
    chooser.problem.connect(problems.append)
    portal.script.uris = [picture.as_uri()]
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refuse)
        assert isinstance(chosen(qtbot, chooser), CapturedImage)
    assert str(picture) in problems[0].message


def test_two_choices_at_once_are_one(
    qtbot: Any, portal: FakePortal, chooser: capture.PortalCapture, picture: Path
) -> None:
    portal.script.uris = [picture.as_uri()]
    first: Said = []
    second: Said = []
    chooser.pick_region(first.append)
    chooser.pick_region(second.append)
    assert isinstance(second[0], CaptureBusy)
    qtbot.waitUntil(lambda: len(first) == 1)
    assert isinstance(first[0], CapturedImage)
    assert len(portal.called("Screenshot")) == 1


def test_two_programs_that_ask_at_once_each_get_their_own(
    qtbot: Any, portal: FakePortal, chooser: capture.PortalCapture, picture: Path, tmp_path: Path
) -> None:
    other_picture = tmp_path / "other.png"
    QImage(7, 5, QImage.Format.Format_RGB32).save(str(other_picture))
    portal.script.uris = [picture.as_uri(), other_picture.as_uri()]
    other = capture.PortalCapture()
    first: Said = []
    second: Said = []
    chooser.pick_region(first.append)
    qtbot.waitUntil(lambda: len(portal.called("Screenshot")) == 1)
    other.pick_region(second.append)
    qtbot.waitUntil(lambda: len(first) == len(second) == 1)
    other.close()
    assert isinstance(first[0], CapturedImage)
    assert isinstance(second[0], CapturedImage)
    assert (first[0].width, second[0].width) == (20, 7)


def test_nobody_else_can_answer_for_the_portal(
    qtbot: Any, portal: FakePortal, chooser: capture.PortalCapture, picture: Path, session_bus: SessionBus
) -> None:
    """It could have any picture of the user's deleted."""
    from support.fake_portal import Liar

    portal.script.code = None
    said: Said = []
    chooser.pick_region(said.append)
    qtbot.waitUntil(lambda: len(portal.called("Screenshot")) == 1)
    (owner,) = portal.ids
    token = portal.called("Screenshot")[0][1]["handle_token"][1]
    path = f"/org/freedesktop/portal/desktop/request/{owner[1:].replace('.', '_')}/{token}"
    liar = Liar(session_bus.address)
    liar.respond(owner, path, picture)
    liar.close()
    drain(qtbot, chooser)
    assert said == []
    assert picture.exists()
    portal.respond(owner, path, 0, {"uri": ("s", picture.as_uri())})
    qtbot.waitUntil(lambda: len(said) == 1)
    assert isinstance(said[0], CapturedImage)


def test_a_choice_can_be_left(qtbot: Any, portal: FakePortal, chooser: capture.PortalCapture) -> None:
    portal.script.code = None
    said: Said = []
    chooser.pick_region(said.append)
    qtbot.waitUntil(lambda: len(portal.called("Screenshot")) == 1)
    drain(qtbot, chooser)
    chooser.cancel()
    qtbot.waitUntil(lambda: len(portal.closed) == 1)
    assert said == []
    assert not chooser.is_choosing


def test_without_a_portal_it_is_said_at_once(
    qtbot: Any, session_bus: SessionBus, chooser: capture.PortalCapture
) -> None:
    error = chosen(qtbot, chooser)
    assert isinstance(error, CaptureUnavailable)
    assert "xdg-desktop-portal" in error.hint


def test_a_portal_without_screenshots_is_said(qtbot: Any, portal: FakePortal, chooser: capture.PortalCapture) -> None:
    portal.script.has = set()
    assert isinstance(chosen(qtbot, chooser), CaptureUnavailable)


def test_a_desktop_that_ends_in_the_middle_is_said_and_the_next_one_is_found(
    qtbot: Any, portal: FakePortal, chooser: capture.PortalCapture, session_bus: SessionBus
) -> None:
    portal.script.code = None
    said: Said = []
    chooser.pick_region(said.append)
    qtbot.waitUntil(lambda: len(portal.called("Screenshot")) == 1)
    session_bus.stop()
    qtbot.waitUntil(lambda: len(said) == 1)
    assert isinstance(said[0], CaptureError)
    chooser.pick_region(said.append)
    assert isinstance(said[1], CaptureUnavailable)


def test_it_is_there_on_wayland_with_a_bus_only(monkeypatch: pytest.MonkeyPatch, session_bus: SessionBus) -> None:
    assert capture.is_available()
    monkeypatch.delenv("WAYLAND_DISPLAY")
    monkeypatch.delenv("XDG_SESSION_TYPE", raising=False)
    assert not capture.is_available()
