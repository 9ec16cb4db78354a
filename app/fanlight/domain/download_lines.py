"""Lines of JSON between Fanlight and the process that fetches: the order in, events out, and what is done to it while
it runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, TypeVar

from fanlight.domain.downloads import (
    DownloadChecking,
    DownloadDone,
    DownloadEvent,
    DownloadFailed,
    DownloadFile,
    DownloadPaused,
    DownloadProgress,
    DownloadRequest,
    DownloadSwitched,
    DownloadWaiting,
    FailureReason,
    FetchOrder,
    FetchPatience,
    FileRole,
    PartHashes,
)

T = TypeVar("T")
PAUSE = '{"do": "pause"}'
_EVENTS: dict[str, type[Any]] = {
    "progress": DownloadProgress,
    "checking": DownloadChecking,
    "waiting": DownloadWaiting,
    "switched": DownloadSwitched,
    "paused": DownloadPaused,
    "done": DownloadDone,
    "failed": DownloadFailed,
}
_NAMES = {kind: name for name, kind in _EVENTS.items()}


def event_line(event: DownloadEvent) -> str:
    """Without the end of the line."""
    return json.dumps({"event": _NAMES[type(event)], **asdict(event)}, default=str)


def event_of(line: str | bytes) -> DownloadEvent | None:
    """None for a line that is no event: of a newer Fanlight, or cut off by the process's end."""
    try:
        values = json.loads(line)
        kind = _EVENTS[values.pop("event")]
        if kind is DownloadDone:
            return DownloadDone(tuple(map(Path, values["files"])))
        if kind is DownloadFailed:
            values["reason"] = FailureReason(values["reason"])
        event: DownloadEvent = kind(**values)
        return event
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def limit_line(bytes_per_second: int) -> str:
    return json.dumps({"do": "limit", "bytes_per_second": bytes_per_second})


def order_line(order: FetchOrder) -> str:
    return json.dumps(asdict(order) | {"request": request_values(order.request)}, default=str)


def order_of(line: str | bytes) -> FetchOrder:
    """Raises ValueError."""
    return _checked(lambda: _order(json.loads(line)))


def request_values(request: DownloadRequest) -> dict[str, Any]:
    """As JSON's own types."""
    return asdict(request) | {"folder": str(request.folder)}


def request_of(values: object) -> DownloadRequest:
    """Raises ValueError."""
    return _checked(lambda: _request(values))


def _order(values: Any) -> FetchOrder:
    patience = {field.name: values["patience"][field.name] for field in fields(FetchPatience)}
    return FetchOrder(
        _request(values["request"]),
        int(values["bytes_per_second"]),
        str(values["language"]),
        Path(values["log"]) if values["log"] else None,
        FetchPatience(**patience),
        str(values.get("token", "")),
    )


def _request(values: Any) -> DownloadRequest:
    files = tuple(map(_file, values["files"]))
    return DownloadRequest(_text(values, "id"), _text(values, "name"), files, Path(_text(values, "folder")))


def _file(values: Any) -> DownloadFile:
    parts = values.get("parts")
    hashes = PartHashes(int(parts["part_bytes"]), tuple(map(str, parts["sha256"]))) if parts else None
    size = values.get("size_bytes")
    return DownloadFile(
        FileRole(values["role"]),
        _text(values, "name"),
        tuple(map(str, values["sources"])),
        _text(values, "sha256"),
        None if size is None else int(size),
        hashes,
    )


def _text(values: Mapping[str, Any], key: str) -> str:
    if not isinstance(values[key], str):
        raise TypeError(key)
    return str(values[key])


def _checked(read: Callable[[], T]) -> T:
    try:
        return read()
    except (LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not understood: {error}") from error
