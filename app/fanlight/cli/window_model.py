"""Answers from the model that the open window has loaded, over its socket: no model is loaded here."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from fanlight.cli.output import ProgressLine
from fanlight.domain import event_values
from fanlight.domain.events import Event
from fanlight.domain.messages import Message
from fanlight.domain.models import ModelSpec, Sampling
from fanlight.i18n import _
from fanlight.ipc import client, wire

LOAD_SECONDS = 20.0
"""How long a window may go on loading before a model is loaded here."""


class WindowDeclined(Exception):
    """The window cannot answer this, or not to the end."""


def generate(
    spec: ModelSpec, messages: Sequence[Message], sampling: Sampling, progress: ProgressLine
) -> Generator[Event, None, None]:
    """The window's events. Raises WindowDeclined at any point, and FanlightError where a model here would too.
    Closed early, it disconnects, and the window stops."""
    request, pixels = wire.encode_request(spec, messages, sampling)
    letters = sum(len(message.text) for message in messages) + len(sampling.json_schema or sampling.grammar or "")
    if letters > client.LONGEST_LINE // 8 or sum(map(len, pixels)) > client.MOST_PIXEL_BYTES:
        raise WindowDeclined("too much for the socket")
    connection = client.connect()
    if connection is None:
        raise WindowDeclined("no window is open")
    with connection:
        try:
            connection.send(request, pixels)
            yield from _events(connection, progress)
        except (OSError, ValueError) as error:
            raise WindowDeclined(f"the window went away: {error}") from error


def _events(connection: client.SocketConnection, progress: ProgressLine) -> Generator[Event, None, None]:
    timeout_seconds: float | None = client.ANSWER_SECONDS
    while (line := connection.read_line(timeout_seconds)) is not None:
        match line:
            case {"waits": "load"}:
                timeout_seconds = LOAD_SECONDS
                progress.show(_("The window is loading the model…"))
            case {"waits": _unused}:
                timeout_seconds = None
                progress.show(_("Waiting for the window's model…"))
            case {"event": _unused}:
                timeout_seconds = None
                yield event_values.decode_event(line)
            case {"end": "done"}:
                return
            case {"end": "failed", "kind": kind} if kind != "PromptTooLong":  # a context not shared may have the room
                raise wire.decode_failure(line)
            case _:
                raise WindowDeclined(str(line.get("why") or line.get("message")))
    raise WindowDeclined("the window went away")
