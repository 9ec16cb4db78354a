"""Commands from other processes (a second start, the command line) as signals; their questions go to the open model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMetaMethod, QObject, QTimer, Signal

from fanlight.core.chat.command_question import CommandQuestion
from fanlight.core.chat.model_host import ModelHost
from fanlight.domain.errors import ActionsError, FanlightError
from fanlight.i18n import _
from fanlight.ipc import commands
from fanlight.ipc.single_instance import Caller, SingleInstance

MOST_FILES = 1_000
LONGEST_PATH = 2**15
"""As long as Windows has them; Linux has 4,096 bytes."""


@dataclass(frozen=True, slots=True)
class ActivationRequest:
    """Bring the window to the front. The desktop gave the caller the right to it: X11's startup id, Wayland's token,
    or nothing."""

    startup_id: str = ""
    activation_token: str = ""


@dataclass(frozen=True, slots=True)
class CaptureRequest:
    """`region` is x, y, width, height in device pixels of the whole desktop; None lets the user choose. `action` is the
    name of a quick action; None is the default one."""

    region: tuple[int, int, int, int] | None = None
    delay_seconds: float = 0.0
    action: str | None = None


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """Attach `files`, full paths, to the conversation on the screen, and bring the window to the front."""

    files: tuple[Path, ...]
    activation: ActivationRequest


class RemoteCommands(QObject):
    """Every verb but "ask" becomes a signal; "ask" becomes a `CommandQuestion`."""

    show_requested = Signal(object)
    """An ActivationRequest."""
    open_requested = Signal(object)
    """An OpenRequest."""
    hide_requested = Signal()
    quit_requested = Signal()
    capture_requested = Signal(object)
    """A CaptureRequest."""
    talk_requested = Signal(str)
    """One of `ipc.commands.TALK`."""
    dictation_requested = Signal(str)
    """Into the program that has the keyboard: one of `ipc.commands.DICTATE`."""
    captions_requested = Signal(str)
    """One of `ipc.commands.CAPTIONS`."""
    selection_requested = Signal()
    """Ask about what is selected in the program that has the keyboard."""
    question_ended = Signal()
    """A question from the command line is over. It may have evicted what was prefilled for others."""

    def __init__(self, host: ModelHost, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._host = host
        self.check_capture: Callable[[CaptureRequest], None] = lambda _request: None
        """Raises FanlightError for a request that cannot be served."""
        self.check_captions: Callable[[str], None] = lambda _what: None
        """As `check_capture`."""

    def serve(self, instance: SingleInstance) -> None:
        instance.request_arrived.connect(self._on_command)

    def run_command(self, request: Mapping[str, Any]) -> None:
        """What the program was started with: a verb other than quit and ask. Raises ValueError."""
        match request.get("do"):
            case "show":
                self.show_requested.emit(_activation_request(request))
            case "open":
                self.open_requested.emit(_open_request(request))
            case "hide":
                self.hide_requested.emit()
            case "shot":
                self.capture_requested.emit(_requested_capture(request))
            case "talk":
                self.talk_requested.emit(_spoken_command(request, commands.TALK))
            case "dictate":
                self.dictation_requested.emit(_spoken_command(request, commands.DICTATE))
            case "captions":
                self.captions_requested.emit(_spoken_command(request, commands.CAPTIONS))
            case "selection":
                self.selection_requested.emit()
            case "hello":
                pass
            case verb:
                raise ValueError(f"no verb: {verb!r}")

    def _on_command(self, caller: Caller) -> None:
        match caller.request.get("do"):
            case "ask":
                question = CommandQuestion(caller, self._host, self)
                question.ended.connect(self.question_ended)
                question.start()
            case "quit":
                caller.send_line({"end": "ok"})  # and the end of the connection is the end of the program
                QTimer.singleShot(0, self.quit_requested.emit)
            case "shot" if not self.isSignalConnected(QMetaMethod.fromSignal(self.capture_requested)):
                caller.send_refusal(_("This window cannot capture the screen."), _("Run `fanlight doctor` to see why."))
            case _:
                self._run_or_refuse(caller)

    def _run_or_refuse(self, caller: Caller) -> None:
        try:
            if caller.request.get("do") == "shot":
                self.check_capture(_requested_capture(caller.request))
            if caller.request.get("do") == "captions":
                self.check_captions(_spoken_command(caller.request, commands.CAPTIONS))
            self.run_command(caller.request)
        except ValueError:
            caller.send_refusal(
                _("The open window does not understand this command."), _("Quit Fanlight and start it again.")
            )
        except FanlightError as error:
            caller.send_refusal(error.message, error.hint, usage=isinstance(error, ActionsError))
        else:
            caller.send_last_line({"end": "ok"})


def _activation_request(request: Mapping[str, Any]) -> ActivationRequest:
    return ActivationRequest(*(_checked_text(request.get(name, "")) for name in ("startup_id", "activation_token")))


def _open_request(request: Mapping[str, Any]) -> OpenRequest:
    files = request.get("files")
    if not isinstance(files, list) or not 0 < len(files) <= MOST_FILES:
        raise ValueError("no files")
    paths = tuple(Path(_checked_text(file, LONGEST_PATH)) for file in files)
    if not all(path.is_absolute() for path in paths):
        raise ValueError("no full path")
    return OpenRequest(paths, _activation_request(request))


def _checked_text(value: object, longest: int = 1000) -> str:
    if not isinstance(value, str) or len(value) > longest or "\0" in value:
        raise ValueError("no word")
    return value


def _spoken_command(request: Mapping[str, Any], known: tuple[str, ...]) -> str:
    if (what := request.get("what")) not in known:
        raise ValueError(f"what: one of {', '.join(known)}")
    return str(what)


def _requested_capture(request: Mapping[str, Any]) -> CaptureRequest:
    """Checked as strictly as options of the command line. Raises ValueError."""
    region, delay, action = request.get("region"), request.get("delay", 0), request.get("action")
    if not (region is None or (isinstance(region, (list, tuple)) and all(type(part) is int for part in region))):
        raise ValueError("no region")
    if type(delay) not in (int, float) or not (action is None or isinstance(action, str)):
        raise ValueError("no delay, or no action")
    return CaptureRequest(
        None if region is None else commands.parse_region(",".join(map(str, region))),
        commands.parse_delay(str(delay)),
        None if action is None else commands.parse_action(action),
    )
