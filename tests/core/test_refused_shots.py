"""Why a shot is refused decides on the command's status: its words were wrong, or the screen cannot be captured now."""

from __future__ import annotations

from typing import Any

import pytest

from fanlight.core.remote_commands import CaptureRequest, RemoteCommands
from fanlight.domain.desktop_errors import ScreenLocked
from fanlight.domain.errors import ActionsError, FanlightError


class Asking:
    """A caller, and what it is told."""

    def __init__(self) -> None:
        self.request = {"do": "shot"}
        self.told: list[tuple[str, bool]] = []

    def send_refusal(self, message: str, hint: str = "", *, usage: bool = False) -> None:
        self.told.append((f"{message} {hint}", usage))


@pytest.mark.parametrize(
    ("error", "said", "usage"),
    [
        (ActionsError("There is no such action.", "Name one."), "There is no such action. Name one.", True),
        (ScreenLocked(told=True), "The screen is locked. Unlock it, then capture again.", False),
        (ScreenLocked(), "Another program covers the screen and holds the mouse. If the screen is locked, unlock it, "
         "then capture again.", False),
    ],
)  # fmt: skip
def test_a_locked_screen_is_no_wrong_usage(qapp: Any, error: FanlightError, said: str, usage: bool) -> None:
    remote: Any = RemoteCommands(None)  # type: ignore[arg-type]
    captured: list[object] = []
    remote.capture_requested.connect(captured.append)

    def check(_request: CaptureRequest) -> None:
        raise error

    remote.check_capture = check
    caller = Asking()
    remote._on_command(caller)
    assert (caller.told, captured) == ([(said, usage)], [])
