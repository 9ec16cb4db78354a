"""Values of downloads, and the lines they travel in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fanlight.domain.download_lines import (
    event_line,
    event_of,
    order_line,
    order_of,
    request_of,
    request_values,
)
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
    host_of,
    hub_address,
    is_address,
    is_file_name,
)

FILE = DownloadFile(
    FileRole.MODEL, "größer 模型.gguf", ("https://a.example/x", "https://b.example:8443/y"), "a" * 64, 7,
    PartHashes(4, ("b" * 64, "c" * 64)),
)  # fmt: skip
REQUEST = DownloadRequest(
    "one", "The One", (FILE, DownloadFile(FileRole.PROJECTOR, "p.gguf", FILE.sources)), Path("/ü/m")
)


@pytest.mark.parametrize(
    "event",
    [
        DownloadProgress("host", "file", 1, None, 2.5, None),
        DownloadProgress("host", "file", 1, 2, 0.0, 3.5),
        DownloadChecking("file", 1, 2),
        DownloadWaiting("host", 2.0, "Wait."),
        DownloadSwitched("host", "It failed."),
        DownloadPaused(1, 2),
        DownloadDone((Path("/ü/a b"), Path("c"))),
        DownloadFailed(FailureReason.DISK_FULL, "Full.", "Free some."),
    ],
)
def test_every_event_arrives_as_it_was_sent(event: DownloadEvent) -> None:
    line = event_line(event)
    assert "\n" not in line
    assert event_of(line) == event
    assert event_of(line.encode()) == event


def test_an_order_arrives_as_it_was_sent() -> None:
    order = FetchOrder(REQUEST, 1000, "de", Path("/log"), FetchPatience(tries=3))
    assert order_of(order_line(order)) == order
    assert order_of(order_line(FetchOrder(REQUEST))) == FetchOrder(REQUEST)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("folder",), 3),
        (("files",), []),
        (("files", 0, "name"), "../up.gguf"),
        (("files", 0, "sources"), ["file:///etc/passwd"]),
        (("files", 0, "sources"), []),
        (("files", 0, "sha256"), "nothing"),
        (("files", 0, "role"), "king"),
        (("files", 0, "size_bytes"), -1),
        (("files", 0, "parts"), {"part_bytes": 0, "sha256": []}),
        (("files", 1, "name"), "größer 模型.gguf"),
        (("id",), ""),
    ],
)
def test_a_request_that_could_do_harm_is_refused(path: tuple[str | int, ...], value: object) -> None:
    values = json.loads(json.dumps(request_values(REQUEST)))
    assert request_of(values) == REQUEST
    place = values
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(ValueError):  # noqa: PT011 - any
        request_of(values)


@pytest.mark.parametrize("values", [None, 3, [], {}, {"files": 1}, "x", {"files": [None]}])
def test_nonsense_is_no_request(values: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any
        request_of(values)


@pytest.mark.parametrize("name", ["model.gguf", "mmproj-F16.gguf", "größer 模型 (1).gguf"])
def test_file_names(name: str) -> None:
    assert is_file_name(name)


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", " ", "a/b", "a\\b", "C:x", ".hidden", "-rf", "nul", "COM1.gguf", "a\0b", "a\nb", "x.", "x ",
     "a" * 200, "\ud800"],
)  # fmt: skip
def test_names_that_no_file_should_have(name: str) -> None:
    assert not is_file_name(name)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://huggingface.co/a/b", "huggingface.co"),
        ("http://127.0.0.1:8080/x?y#z", "127.0.0.1:8080"),
        ("https://HOST.example", "host.example"),
    ],
)
def test_addresses_and_their_hosts(address: str, host: str) -> None:
    assert is_address(address)
    assert host_of(address) == host


@pytest.mark.parametrize(
    "text", ["", "huggingface.co/x", "ftp://x/y", "https://", "https:///x", "https://a b/c", "https://u:p@h/x",
             "https://h/\n", "javascript:alert(1)"],
)  # fmt: skip
def test_what_is_no_address(text: str) -> None:
    assert not is_address(text)


def test_addresses_are_quoted() -> None:
    address = hub_address("https://hub.example/", "me/my model", "main", "größe #1.gguf")
    assert address == "https://hub.example/me/my%20model/resolve/main/gr%C3%B6%C3%9Fe%20%231.gguf"
