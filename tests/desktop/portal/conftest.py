"""A session bus and a portal on it, which has a thread of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from support.collecting import collect_on_this_thread as collect_on_this_thread

if TYPE_CHECKING:
    from support.fake_portal import FakePortal
    from support.session_bus import SessionBus


@pytest.fixture
def session_bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[SessionBus]:
    """A Wayland session's bus, with nobody on it."""
    from support.session_bus import SessionBus

    if not shutil.which("dbus-daemon"):
        pytest.skip("dbus-daemon is not installed (packaging/system-libraries.sh test)")
    bus = SessionBus()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-test")
    yield bus
    bus.close()


@pytest.fixture
def portal(session_bus: SessionBus) -> Iterator[FakePortal]:
    from support.fake_portal import FakePortal

    made = FakePortal(session_bus.address)
    yield made
    made.close()
