"""Exports of other programs are read, what is broken costs itself alone, and the command line says what it did."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fanlight.cli import main
from fanlight.domain.archive import ArchivedConversation
from fanlight.domain.errors import InputError
from fanlight.domain.messages import Message
from fanlight.exchange.reading import new_ones, read_export
from fanlight.store.database import Database

Turns = list[tuple[str, str]]


def node(name: str, parent: str | None, children: Iterable[str], message: Any) -> tuple[str, Any]:
    return name, {"id": name, "parent": parent, "children": list(children), "message": message}


def said(role: str, parts: list[Any], kind: str = "text", **more: Any) -> Any:
    content = {"content_type": kind, "parts": parts}
    return {"author": {"role": role}, "create_time": 1_700_000_001.5, "content": content, **more}


def jans(role: str, second: int, text: str) -> Any:
    return {"role": role, "created_at": second, "content": [{"type": "text", "text": {"value": text}}]}


CHATGPT = {
    "title": "Trees", "create_time": 1_700_000_000.25, "update_time": 1_700_000_009, "current_node": "d",
    "mapping": dict([
        node("root", None, ["s"], None),
        node("s", "root", ["a"], said("system", [""], metadata={"is_visually_hidden_from_conversation": True})),
        node("a", "s", ["b", "c"], said("user", [{"asset_pointer": "x"}, "What is it?"], "multimodal_text")),
        node("b", "a", [], said("assistant", ["the other answer"])),
        node("c", "a", ["t"], said("assistant", ["search('oak')"], recipient="browser")),
        node("t", "c", ["d"], said("tool", ["results"])),
        node("d", "t", [], said("assistant", ["An oak."])),
    ]),
}  # fmt: skip
OPEN_WEBUI = {
    "id": "1", "title": "Waves", "created_at": 1_700_000_000, "updated_at": 1_700_000_100, "pinned": True,
    "chat": {"history": {"currentId": "3", "messages": {
        "1": {"id": "1", "parentId": None, "role": "user", "content": "Why waves?", "timestamp": 1_700_000_000},
        "2": {"id": "2", "parentId": "1", "role": "assistant", "content": "Old answer"},
        "3": {"id": "3", "parentId": "1", "role": "assistant", "content": "Wind."},
    }}},
}  # fmt: skip
LM_STUDIO = {
    "name": "", "createdAt": 1_700_000_000_000, "messages": [
        {"versions": [{"type": "singleStep", "role": "user", "content": [{"type": "text", "text": "Name a colour"}]}],
         "currentlySelected": 0},
        {"versions": [
            {"type": "multiStep", "role": "assistant", "steps": []},
            {"type": "multiStep", "role": "assistant", "steps": [
                {"type": "contentBlock", "style": {"type": "thinking"}, "content": [{"type": "text", "text": "hm"}]},
                {"type": "debugInfoBlock", "debugInfo": "x"},
                {"type": "contentBlock", "content": [{"type": "text", "text": "Blue."}]}]}],
         "currentlySelected": 1},
    ],
}  # fmt: skip
JAN_LINES = [jans("assistant", 1_700_000_005, "Yes."), jans("user", 1_700_000_001, "Is it?")]
JAN = {"title": "Short", "created": 1_700_000_000, "messages": JAN_LINES}


def turns(one: ArchivedConversation) -> Turns:
    return [(message.role, message.text) for message in one.messages]


@pytest.mark.parametrize(
    ("program", "entry", "title", "expected"),
    [
        ("ChatGPT", CHATGPT, "Trees", [("user", "What is it?"), ("assistant", "An oak.")]),
        ("Open WebUI", OPEN_WEBUI, "Waves", [("user", "Why waves?"), ("assistant", "Wind.")]),
        ("LM Studio", LM_STUDIO, "Name a colour", [("user", "Name a colour"), ("assistant", "Blue.")]),
        ("Jan", JAN, "Short", [("user", "Is it?"), ("assistant", "Yes.")]),
    ],
    ids=["chatgpt", "open-webui", "lm-studio", "jan"],
)
def test_exports_of_other_programs_are_read(
    tmp_path: Path, program: str, entry: Any, title: str, expected: Turns
) -> None:
    file = tmp_path / "export.json"
    file.write_text(json.dumps([None, 3, {"mapping": 4}, entry, {"chat": {"history": 1}}, entry]))
    found = read_export(file)
    assert found.program == program
    assert [(one.title, turns(one)) for one in found.conversations] == [(title, expected)] * 2
    assert int(found.conversations[0].created) == 1_700_000_000
    assert len(new_ones(found.conversations, [])) == 1
    assert found.broken == 4


def test_a_tree_that_leads_back_to_itself_ends() -> None:
    circle = {"title": "x", "current_node": "a", "mapping": dict([node("a", "a", ["a"], said("user", ["Once"]))])}
    from fanlight.exchange import chatgpt

    assert turns(chatgpt.read_conversation(circle)) == [("user", "Once")]


def test_jans_folder_of_threads_is_read(tmp_path: Path) -> None:
    for name, thread in (("good", {"title": "Short", "created": 1_700_000_000}), ("bad", [1])):
        folder = tmp_path / "threads" / name
        folder.mkdir(parents=True)
        (folder / "thread.json").write_text(json.dumps(thread))
        lines = [json.dumps(message) for message in JAN_LINES]
        (folder / "messages.jsonl").write_text("\n".join([lines[0], "{broken", "", lines[1]]))
    found = read_export(tmp_path)
    assert [turns(one) for one in found.conversations] == [[("user", "Is it?"), ("assistant", "Yes.")]]
    assert found.broken == 1


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[]", b"{}", b"nonsense", b"[" * 100_000, b"\xff\xfe\0", b"3", b"NaN", b'{"mapping": []}',
        b'{"format": "fanlight-conversations", "version": 99}',
    ],
    ids=range(10),
)  # fmt: skip
def test_a_file_that_is_no_export_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.json"
    file.write_bytes(content)
    with pytest.raises(InputError):
        read_export(file)


def test_the_command_line_says_what_it_did(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(Database(home)) as database:
        for title in ("One", "Two"):
            database.add_message(database.create(title), Message.of("user", "Why?"))
    assert main(["export", "--list"]) == 0
    assert capsys.readouterr().out.splitlines()[1].endswith("One")
    place = tmp_path / "all.json"
    assert main(["export", "--all", "-o", str(place)]) == 0
    assert "2 conversations are in" in capsys.readouterr().out
    assert main(["export", "1", "-o", str(place)]) == 1
    assert "exists already" in capsys.readouterr().err
    assert main(["export", "1", "--replace", "-o", str(place)]) == 0
    assert len(json.loads(place.read_text("utf-8"))["conversations"]) == 1
    assert main(["export", "99", "-o", str(tmp_path / "x")]) == 3
    assert main(["export", "-o", str(tmp_path / "x")]) == 3
    capsys.readouterr()
    file = tmp_path / "conversations.json"
    file.write_text(json.dumps([CHATGPT, 3]))
    assert main(["import", str(file), str(tmp_path / "missing")]) == 3
    printed = capsys.readouterr()
    assert printed.out == "1 conversation of ChatGPT was imported. 1 entry could not be read.\n"
    assert "does not exist" in printed.err
    assert main(["import", str(place), str(file)]) == 0
    assert "1 was there already." in capsys.readouterr().out
