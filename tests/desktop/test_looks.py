"""What the desktop says of how programs should look, through a portal on a bus of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from fanlight.desktop.bus import Bus
from fanlight.desktop.looks import APPEARANCE, DesktopLooks, LooksReader, looks_of
from support.fake_portal import LOOKS, FakePortal
from support.session_bus import SessionBus

GNOME, GNOME_AIDS = "org.gnome.desktop.interface", "org.gnome.desktop.a11y.interface"


@pytest.mark.parametrize(
    ("values", "looks"),
    [
        ({}, DesktopLooks()),
        ({(APPEARANCE, "accent-color"): (1.0, 0.5, 0.0)}, DesktopLooks("#ff8000")),
        ({(APPEARANCE, "accent-color"): (-1.0, -1.0, -1.0)}, DesktopLooks()),
        ({(APPEARANCE, "accent-color"): ("a", 0.5, 0.0)}, DesktopLooks()),
        ({(APPEARANCE, "accent-color"): (1.0, 0.5)}, DesktopLooks()),
        ({(APPEARANCE, "accent-color"): [1.0, 0.5, 0]}, DesktopLooks("#ff8000")),
        ({(APPEARANCE, "accent-color"): "#880022"}, DesktopLooks()),
        ({(APPEARANCE, "contrast"): 1}, DesktopLooks(more_contrast=True)),
        ({(APPEARANCE, "contrast"): 7}, DesktopLooks()),
        ({(GNOME_AIDS, "high-contrast"): True}, DesktopLooks(more_contrast=True)),
        ({(GNOME, "text-scaling-factor"): 1.25}, DesktopLooks(text_scale=1.25)),
        ({(GNOME, "text-scaling-factor"): 40.0}, DesktopLooks()),
        ({(GNOME, "text-scaling-factor"): float("nan")}, DesktopLooks()),
        ({(GNOME, "text-scaling-factor"): "1.5"}, DesktopLooks()),
        ({(APPEARANCE, "reduced-motion"): 1}, DesktopLooks(less_motion=True)),
        ({(GNOME, "enable-animations"): False}, DesktopLooks(less_motion=True)),
    ],
)
def test_each_desktops_values_are_read(values: dict[tuple[str, str], object], looks: DesktopLooks) -> None:
    assert looks_of(values) == looks


def test_what_was_once_chosen_on_another_desktop_does_not_count() -> None:
    values = {
        (APPEARANCE, "contrast"): 1, (GNOME, "text-scaling-factor"): 1.25, (GNOME, "enable-animations"): True,
        ("org.kde.kdeglobals.KDE", "AnimationDurationFactor"): "0",
    }  # fmt: skip
    for gnome in ("GNOME", "ubuntu:GNOME", "XFCE", ""):
        assert looks_of(values, gnome) == DesktopLooks(more_contrast=True, text_scale=1.25)
    assert looks_of(values, "KDE") == DesktopLooks(more_contrast=True, less_motion=True)


@pytest.fixture
def bus(qapp: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[SessionBus]:
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "GNOME")
    if not shutil.which("dbus-daemon"):
        pytest.skip("dbus-daemon is not installed (packaging/system-libraries.sh test)")
    started = SessionBus()
    yield started
    started.close()


@pytest.fixture
def portal(bus: SessionBus) -> Iterator[FakePortal]:
    served = FakePortal(bus.address)
    yield served
    served.close()


@pytest.fixture
def read(bus: SessionBus) -> Iterator[Callable[[], LooksReader]]:
    """Asks the portal, which must be ready by then."""
    connections: list[Bus] = []

    def begin() -> LooksReader:
        connections.append(Bus(bus.address))
        return LooksReader(connections[-1], connections[-1])

    yield begin
    for connection in connections:
        connection.close()


def test_they_are_read_and_followed(qtbot: QtBot, portal: FakePortal, read: Callable[[], LooksReader]) -> None:
    portal.script.has.add(LOOKS)
    portal.script.looks = {
        APPEARANCE: {"accent-color": ("(ddd)", (0.0, 0.5, 1.0)), "contrast": ("u", 0)},
        GNOME: {"text-scaling-factor": ("d", 1.5), "font-name": ("s", "Cantarell 11")},
    }
    reader = read()
    qtbot.waitUntil(lambda: reader.looks == DesktopLooks("#0080ff", text_scale=1.5), timeout=60_000)
    portal.change_look(APPEARANCE, "contrast", ("u", 1))
    qtbot.waitUntil(lambda: reader.looks.more_contrast, timeout=60_000)
    portal.change_look("org.example.other", "contrast", ("u", 0))
    portal.change_look(APPEARANCE, "accent-color", ("v", ("(ddd)", (1.0, 0.0, 0.0))))
    qtbot.waitUntil(lambda: reader.looks == DesktopLooks("#ff0000", more_contrast=True, text_scale=1.5), timeout=60_000)


def test_that_the_desktop_does_not_say_is_told_once(
    qtbot: QtBot, portal: FakePortal, read: Callable[[], LooksReader]
) -> None:
    changes: list[None] = []
    reader = read()
    reader.changed.connect(lambda: changes.append(None))
    qtbot.waitUntil(lambda: bool(changes), timeout=60_000)
    portal.change_look(APPEARANCE, "contrast", ("u", 0))
    portal.change_look(APPEARANCE, "contrast", ("u", 1))
    qtbot.waitUntil(lambda: reader.looks.more_contrast, timeout=60_000)
    assert len(changes) == 2
