"""What other starts and the command line want of the open window, as signals; and the questions they ask its model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QMetaMethod, QObject, QTimer, Signal

from fanlight.core.chat.command_question import CommandQuestion
from fanlight.core.chat.model_host import ModelHost
from fanlight.domain.errors import FanlightError
from fanlight.ipc import client
from fanlight.ipc.single_instance import Caller, SingleInstance


@dataclass(frozen=True, slots=True)
class ActivationRequest:
    """The window is wanted in front. The desktop gave the caller these, so that it may be: X11's start-up id, Wayland's
    activation token, or nothing."""

    startup_id: str = ""
    activation_token: str = ""


@dataclass(frozen=True, slots=True)
class ShotRequest:
    """`region` is x, y, width, height in device pixels of the whole desktop; None lets the user choose. `action` is the
    name of a quick action; None is the default one."""

    region: tuple[int, int, int, int] | None = None
    delay_seconds: float = 0.0
    action: str | None = None


class RemoteCommands(QObject):
    show_wanted = Signal(object)
    """A Summons."""
    hide_wanted = Signal()
    quit_wanted = Signal()
    shot_wanted = Signal(object)
    """A ShotRequest."""
    talk_wanted = Signal(str)
    """"start", "stop", "toggle" or "hands-free"."""
    served = Signal()
    """A question was answered, or is not asked any more. What was done ahead for others may have given way to it."""

    def __init__(self, host: ModelHost, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._host = host
        self.check_shot: Callable[[ShotRequest], None] = lambda _: None
        """Raises FanlightError: its caller is refused."""

    def serve(self, instance: SingleInstance) -> None:
        instance.asked.connect(self._hear)

    def obey(self, request: Mapping[str, Any]) -> None:
        """What the program was started with: a verb other than quit and ask. Raises ValueError."""
        match request.get("do"):
            case "show":
                self.show_wanted.emit(_summons(request))
            case "hide":
                self.hide_wanted.emit()
            case "shot":
                self.shot_wanted.emit(_shot(request))
            case "talk":
                self.talk_wanted.emit(_talk(request))
            case "hello":
                pass
            case verb:
                raise ValueError(f"no verb: {verb!r}")

    def _hear(self, caller: Caller) -> None:
        match caller.request.get("do"):
            case "ask":
                asked = CommandQuestion(caller, self._host, self)
                asked.over.connect(self.served)
                asked.start()
            case "quit":
                caller.say({"end": "ok"})  # and the end of the connection is the end of the program
                QTimer.singleShot(0, self.quit_wanted.emit)
            case "shot" if not self.isSignalConnected(QMetaMethod.fromSignal(self.shot_wanted)):
                caller.refuse("This window takes no pictures of the screen.", "`fanlight doctor` says why.")
            case _:
                self._obey(caller)

    def _obey(self, caller: Caller) -> None:
        try:
            if caller.request.get("do") == "shot":
                self.check_shot(_shot(caller.request))
            self.obey(caller.request)
        except ValueError:
            caller.refuse("The open window does not understand that.", "Quit it, and start again.")
        except FanlightError as error:
            caller.refuse(error.message, error.hint, usage=True)
        else:
            caller.end({"end": "ok"})


def _summons(request: Mapping[str, Any]) -> ActivationRequest:
    return ActivationRequest(*(_word(request.get(name, "")) for name in ("startup_id", "activation_token")))


def _word(value: object) -> str:
    if not isinstance(value, str) or len(value) > 1000 or "\0" in value:
        raise ValueError("no word")
    return value


def _talk(request: Mapping[str, Any]) -> str:
    if (what := request.get("what")) not in client.TALK:
        raise ValueError("no start, stop, toggle or hands-free")
    return str(what)


def _shot(request: Mapping[str, Any]) -> ShotRequest:
    """As checked as if it came from the command line."""
    region, delay, action = request.get("region"), request.get("delay", 0), request.get("action")
    if not (region is None or (isinstance(region, (list, tuple)) and all(type(part) is int for part in region))):
        raise ValueError("no region")
    if type(delay) not in (int, float) or not (action is None or isinstance(action, str)):
        raise ValueError("no delay, or no action")
    return ShotRequest(
        None if region is None else client.region(",".join(map(str, region))),
        client.delay(str(delay)),
        None if action is None else client.action(action),
    )
