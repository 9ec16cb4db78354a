"""Tags, pins, and what was archived: from other programs' exports, from older files of Fanlight's, and into texts."""

from __future__ import annotations

import json
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fanlight.cli import main
from fanlight.domain.archive import ArchivedConversation, ArchivedMessage
from fanlight.domain.messages import TextPart
from fanlight.exchange import own_json
from fanlight.exchange.markdown_text import conversation_markdown
from fanlight.exchange.reading import read_export
from fanlight.store.database import Database
from support.exported_talks import CHATGPT, JAN, LM_STUDIO, OPEN_WEBUI

Marks = tuple[bool, bool, tuple[str, ...]]
"""Pinned, archived, and tags."""


def marks(path: Path) -> list[Marks]:
    found = read_export(path)
    assert not found.broken
    return [(one.pinned, one.archived, one.tags) for one in found.conversations]


WEBUI_CHAT: dict[str, Any] = OPEN_WEBUI["chat"]  # type: ignore[assignment]


def one_file(folder: Path, entry: Any) -> Path:
    path = folder / "export.json"
    path.write_text(json.dumps([entry]))
    return path


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (CHATGPT | {"is_archived": True, "is_starred": None}, (False, True, ())),
        (CHATGPT | {"is_archived": False, "is_starred": True}, (True, False, ())),
        (CHATGPT | {"is_archived": "yes", "pinned_time": 1_700_000_000.5}, (True, False, ())),
        (OPEN_WEBUI | {"archived": True, "meta": {"tags": ["machine_learning", "Work", 7]}},
         (True, True, ("machine learning", "Work"))),
        (OPEN_WEBUI | {"pinned": None, "meta": {"tags": ["none"]}, "folder_id": "g-p-67"}, (False, False, ())),
        (OPEN_WEBUI | {"meta": None, "chat": {**WEBUI_CHAT, "tags": [{"name": "Old One"}, {"id": 1}]}},
         (True, False, ("Old One",))),
        (OPEN_WEBUI | {"meta": {"tags": ["old_one"]}, "chat": {**WEBUI_CHAT, "tags": ["Old One"]}},
         (True, False, ("Old One",))),
        (OPEN_WEBUI | {"meta": {"tags": "no list"}}, (True, False, ())),
        (JAN | {"metadata": {"title": "x", "is_favorite": True, "project": {"id": "1", "name": "Home"}}},
         (True, False, ("Home",))),
        (JAN | {"metadata": {"project": None}}, (False, False, ())),
        (LM_STUDIO | {"pinned": True}, (True, False, ())),
    ],
)  # fmt: skip
def test_other_programs_marks_are_taken(tmp_path: Path, entry: Any, expected: Marks) -> None:
    assert marks(one_file(tmp_path, entry)) == [expected]


def test_folders_of_lm_studio_are_tags_in_a_folder_a_file_and_an_archive(tmp_path: Path) -> None:
    """Wherever the user begins to choose."""
    text = json.dumps(LM_STUDIO)
    home = tmp_path / "lmstudio"
    inner = home / "conversations" / "Work" / "Taxes 2026"
    inner.mkdir(parents=True)
    (home / "conversations" / "a.conversation.json").write_text(text)
    file = inner / "b.conversation.json"
    file.write_text(text)
    tagged = ("Taxes 2026", "Work")
    for chosen in (home, home / "conversations"):
        assert [one[2] for one in marks(chosen)] == [tagged, ()]
    for chosen in (inner.parent, inner, file):
        assert [one[2] for one in marks(chosen)] == [tagged]
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.write(file, "conversations/Work/b.conversation.json")
    assert [one[2] for one in marks(archive)] == [("Work",)]
    lone = tmp_path / "lone.conversation.json"
    lone.write_text(text)
    assert [one[2] for one in marks(lone)] == [()]


def own(**more: Any) -> dict[str, Any]:
    return {"title": "t", "created": 1, "updated": 2, "messages": [], **more}


@pytest.mark.parametrize("version", [1, 2, 3, 4])
def test_an_older_file_of_fanlight_has_neither(tmp_path: Path, version: int) -> None:
    path = tmp_path / "old.json"
    path.write_text(json.dumps({"format": own_json.FORMAT, "version": version, "conversations": [own(pinned=True)]}))
    assert marks(path) == [(True, False, ())]


def test_a_file_that_was_written_by_hand_is_taken_as_far_as_it_is_meant(tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    written = [own(tags=["b", "A", "a", " "], archived=True), own(tags="b"), own(tags=[3]), own(archived="yes")]
    path.write_text(json.dumps({"format": own_json.FORMAT, "version": 4, "conversations": written}))
    found = read_export(path)
    assert found.broken == 2
    assert [(one.archived, one.tags) for one in found.conversations] == [(True, ("A", "b")), (False, ())]


def test_tags_stand_in_the_head_of_a_text(tmp_path: Path) -> None:
    said = (ArchivedMessage("user", (TextPart("Why?"),)),)
    made = ArchivedConversation("T", 0, 0, said, tags=("[link](http://x)", "Work"))
    assert conversation_markdown(made).startswith("# T\n\nTags: link (http://x), Work\n\n## You\n")
    assert "Tag" not in conversation_markdown(ArchivedConversation("T", 0, 0, said))


def test_the_command_line_lists_marks_and_chooses_by_tags(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(Database(home)) as database:
        for title in ("One", "Two", "Three"):
            database.create(title)
        database.tagging.change([1, 2], ["Work"])
        database.tagging.change([2], ["home"])
        database.set_archived([2], True)
    assert main(["export", "--list"]) == 0
    lines = [line.split("  ", 2)[-1] for line in map(str.strip, capsys.readouterr().out.splitlines())]
    assert lines == ["Three", "Two  [archived]  [home, Work]", "One  [Work]"]
    assert main(["export", "--list", "--tag", "WORK", "--tag", "Home"]) == 0
    assert capsys.readouterr().out.count("\n") == 1
    place = tmp_path / "work.json"
    assert main(["export", "--tag", "work", "-o", str(place)]) == 0
    assert [one["title"] for one in json.loads(place.read_text("utf-8"))["conversations"]] == ["Two", "One"]
    capsys.readouterr()
    assert main(["export", "--all", "--tag", "wor", "-o", str(place)]) == 3
    assert "No conversation has the tag “wor”." in capsys.readouterr().err
    assert main(["export", "1", "--tag", "work", "-o", str(place)]) == 3
