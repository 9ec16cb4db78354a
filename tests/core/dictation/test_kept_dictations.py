"""The list of dictations on the disk: damage costs the entries that it hits."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fanlight.core.dictation.dictation_history import FILE_NAME, DictationHistory
from fanlight.core.settings_store import SettingsStore
from fanlight.settings import Settings

ENTRIES = [{"text": "two", "at": 2.0}, {"text": "one", "at": 1.0}]


@pytest.fixture
def kept(qapp: Any, tmp_path: Path) -> Callable[[], DictationHistory]:
    (tmp_path / FILE_NAME).write_text(json.dumps(ENTRIES))
    settings = SettingsStore(Settings(dictate_keep_history=True), tmp_path / "settings.json")
    return lambda: DictationHistory(settings, tmp_path)


def texts(history: DictationHistory) -> list[str]:
    return [one.text for one in history.all]


@pytest.mark.parametrize(
    "harm", [lambda data: data[:-1], lambda data: data + b"\0\0", lambda data: b"\xef\xbb\xbf" + data]
)
def test_what_is_whole_in_a_damaged_file_comes_back(
    kept: Callable[[], DictationHistory], tmp_path: Path, harm: Callable[[bytes], bytes]
) -> None:
    file = tmp_path / FILE_NAME
    file.write_bytes(harm(file.read_bytes()))
    history = kept()
    assert texts(history) == ["two", "one"]
    history.add("three")
    assert texts(kept()) == ["three", "two", "one"]


def test_of_what_cannot_be_read_at_all_a_copy_is_kept(kept: Callable[[], DictationHistory], tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"\0" * 50)
    kept().add("new")
    assert texts(kept()) == ["new"]
    assert (tmp_path / "dictations.broken").read_bytes() == b"\0" * 50


def test_a_file_that_cannot_be_reached_now_is_not_replaced(
    kept: Callable[[], DictationHistory], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", fails)
        history = kept()
    history.add("new")
    assert texts(history) == ["new"]
    assert texts(kept()) == ["two", "one"]


def test_once_such_a_file_is_cleared_new_ones_are_kept_again(
    kept: Callable[[], DictationHistory], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", fails)
        history = kept()
    history.clear()
    history.add("new")
    assert texts(kept()) == ["new"]
