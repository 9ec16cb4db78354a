"""`fanlight erase`, and pages by `fanlight export`."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from fanlight import paths
from fanlight.core.dictation.dictation_history import FILE_NAME as DICTATIONS
from fanlight.core.lasting_notes import FILE
from fanlight.domain.archive import ArchivedConversation, ArchivedMessage
from fanlight.domain.messages import TextPart
from fanlight.domain.stored import StoredPicture
from fanlight.store.blobs import name_of
from fanlight.store.database import Database
from support.command_line import Run
from support.pictures import red_circle

NEEDLE = "heliotrope"


@pytest.fixture
def kept(home: Path, tmp_path: Path) -> Path:
    """Three conversations with a picture, notes, a transcript, an answer of an unfinished batch, and a draft."""
    data = red_circle(tmp_path / "c.png").read_bytes()
    picture = StoredPicture(name_of(data), "png", "c.png", 96, 96, "id")
    database = Database(home)
    for number in range(3):
        asked = ArchivedMessage("user", (picture, TextPart(f"{NEEDLE} {number}?")), created=1.7e9)
        answer = ArchivedMessage("assistant", (TextPart(f"**{NEEDLE}**, $x^{number}$."),), created=1.7e9)
        conversation = ArchivedConversation(
            f"{NEEDLE} {number}", 1.7e9, 1.7e9, (asked, answer), False, {name_of(data): data}
        )
        database.importing.add(conversation)
    database.close()
    (home / FILE).write_text(NEEDLE, "utf-8")
    (home / DICTATIONS).write_text(f'["{NEEDLE}"]', "utf-8")
    (home / "window.json").write_text(f'{{"draft": "{NEEDLE}", "geometry": "x"}}', "utf-8")
    for folder in paths.kept_words():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "1.journal").write_text(NEEDLE, "utf-8")
    return home


def holding(home: Path) -> list[Path]:
    return [path for path in home.rglob("*") if path.is_file() and NEEDLE.encode() in path.read_bytes()]


def test_everything_goes_and_settings_stay(fanlight: Run, kept: Path) -> None:
    (kept / "settings.json").write_text('{"theme": "dark"}', "utf-8")
    assert len(holding(kept)) >= 5
    ran = fanlight("erase", "--yes")
    assert ran.status == 0, ran.err
    assert "3 conversations" in ran.out
    assert holding(kept) == []
    assert not list((kept / "pictures").rglob("*.*")) or not any(p.is_file() for p in (kept / "pictures").rglob("*"))
    assert (kept / "settings.json").read_text("utf-8") == '{"theme": "dark"}'
    assert '"geometry"' in (kept / "window.json").read_text("utf-8")
    again = fanlight("erase", "--yes")
    assert (again.status, "0 conversations" in again.out) == (0, True)


def test_without_a_terminal_nothing_is_deleted_unasked(fanlight: Run, kept: Path) -> None:
    ran = fanlight("erase")
    assert ran.status == 3
    assert "fanlight erase --yes" in ran.err
    assert len(holding(kept)) >= 4


@pytest.mark.parametrize(("answer", "is_there"), [("n\n", True), ("\n", True), ("", True), ("y\n", False)])
def test_it_asks_first(fanlight: Run, kept: Path, monkeypatch: pytest.MonkeyPatch, answer: str, is_there: bool) -> None:
    typed = io.StringIO(answer)
    monkeypatch.setattr(typed, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", typed)
    ran = fanlight("erase")
    assert ran.status == int(is_there)
    assert bool(holding(kept)) == is_there


def exported(home: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """In a process of its own: Qt is started in it."""
    environment = {**os.environ, "FANLIGHT_HOME": str(home)}
    environment.pop("QT_QPA_PLATFORM", None)
    environment.pop("DISPLAY", None)
    command = [sys.executable, "-m", "fanlight", "export", *map(str, words)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)


def test_conversations_become_pages_without_a_screen(kept: Path, tmp_path: Path) -> None:
    place = tmp_path / "all.pdf"
    ran = exported(kept, "--all", "-o", place)
    assert ran.returncode == 0, ran.stderr
    assert "3 conversations are in" in ran.stdout
    data = place.read_bytes()
    assert data.startswith(b"%PDF")
    assert len(re.findall(rb"/Type /Page\b", data)) == 3
    assert b"/Subtype /Image" in data
    again = exported(kept, "--all", "-o", place)
    assert again.returncode != 0
    assert "exists already" in again.stderr
    assert "Traceback" not in again.stderr
    assert place.read_bytes() == data


def test_a_place_that_cannot_be_written_is_one_sentence(kept: Path, tmp_path: Path) -> None:
    ran = exported(kept, "1", "--format", "pdf", "-o", tmp_path / "none" / "x.pdf")
    assert ran.returncode == 1
    assert "cannot be written" in ran.stderr
    assert "Traceback" not in ran.stderr
