"""Exports of other programs are read, what is broken costs itself alone, and the command line says what it did."""

from __future__ import annotations

import json
import time
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fanlight.cli import main
from fanlight.domain.archive import ArchivedConversation, ArchivedMessage
from fanlight.domain.errors import InputError
from fanlight.domain.messages import Message, TextPart, ThinkingPart
from fanlight.domain.search_filters import model_in_footer
from fanlight.exchange import export_files, open_webui
from fanlight.exchange.reading import new_ones, read_export
from fanlight.store.database import Database
from fanlight.store.memory_store import MemoryStore
from support.exported_talks import CHATGPT, JAN, JAN_LINES, LM_STUDIO, OPEN_WEBUI, node, said

Turns = list[tuple[str, str]]


def turns(one: ArchivedConversation) -> Turns:
    return [(message.role, message.text) for message in one.shown_messages]


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


@pytest.mark.parametrize(
    ("entry", "thinking", "model"),
    [
        (CHATGPT, "Leaves with lobes.\n\nSo it is an oak.", "gpt-5"),
        (OPEN_WEBUI, "Air & water.\n\nSo wind.", "qwen3:8b"),
        (LM_STUDIO, "hm", "gemma-3-4b"),
        (JAN, "It is.", ""),
    ],
    ids=["chatgpt", "open-webui", "lm-studio", "jan"],
)
def test_thoughts_and_the_name_of_the_model_come_with_the_answer(
    tmp_path: Path, entry: Any, thinking: str, model: str
) -> None:
    file = tmp_path / "export.json"
    file.write_text(json.dumps(entry))
    answer = read_export(file).conversations[0].shown_messages[-1]
    assert [part.text for part in answer.parts if isinstance(part, ThinkingPart)] == [thinking]
    assert model_in_footer(answer.footer) == model


def test_an_archive_is_read_as_it_was_downloaded(tmp_path: Path) -> None:
    place = tmp_path / "chatgpt.zip"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export/conversations-001.json", json.dumps([{**CHATGPT, "title": "Second"}]))
        archive.writestr("export/conversations-000.json", json.dumps([CHATGPT, CHATGPT]))
        archive.writestr("export/conversations-002.json", "{cut off")
        archive.writestr("__MACOSX/export/conversations-000.json", json.dumps([CHATGPT]))
        archive.writestr("export/user.json", json.dumps({"mapping": {}}))
    found = read_export(place)
    assert [one.title for one in found.conversations] == ["Trees", "Trees", "Second"]
    assert (found.program, found.broken) == ("ChatGPT", 1)


def test_a_folder_of_lm_studio_is_read(tmp_path: Path) -> None:
    for name in ("1700.conversation.json", "a folder/1800.conversation.json"):
        file = tmp_path / "conversations" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(LM_STUDIO))
    (tmp_path / "conversations" / "other.json").write_text("{}")
    found = read_export(tmp_path / "conversations")
    assert (found.program, len(found.conversations), found.broken) == ("LM Studio", 2, 0)


@pytest.mark.parametrize("kind", ["cut off", "no export", "empty", "encrypted", "too large"])
def test_an_archive_that_cannot_be_read_is_one_sentence(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "x.zip"
    with zipfile.ZipFile(place, "w") as archive:
        if kind != "empty":
            archive.writestr("a.json" if kind == "no export" else "conversations.json", b"[" + b" " * 50_000 + b"]")
    data = bytearray(place.read_bytes())
    if kind == "cut off":
        del data[20_000:40_000]
    elif kind == "encrypted":
        data[6] |= 1
        data[data.index(b"PK\x01\x02") + 8] |= 1
    place.write_bytes(data)
    monkeypatch.setattr(export_files, "MOST_BYTES", 1_000 if kind == "too large" else 2**30)
    with pytest.raises(InputError):
        read_export(place)


@pytest.mark.parametrize("store", [Database, lambda _folder: MemoryStore()], ids=["on disk", "in memory"])
def test_what_is_there_is_known_by_its_words_whatever_it_is_called(tmp_path: Path, store: Any) -> None:
    database = store(tmp_path)

    def talk(title: str, created: float, *texts: str) -> ArchivedConversation:
        said = [ArchivedMessage("assistant" if n % 2 else "user", (TextPart(text),)) for n, text in enumerate(texts)]
        return ArchivedConversation(title, created, created, tuple(said))

    export = [
        talk("New Chat", 5.0, "one", "1st"),
        talk("New Chat", 5.0, "two", "2nd"),
        talk("New Chat", 5.0, "two", "another answer"),
        talk("Another name", 5.0, "two", "2nd"),
        talk("New Chat", 0.0, "hello", "hi"),
        talk("New Chat", 0.0, "hello", "good day"),
        talk("New Chat", -3.0, "from before all time \ud800"),
        talk("", 0.0),
    ]
    wanted = new_ones(export, database.importing.known())
    assert wanted == [*export[:2], *export[3:]]
    for one in wanted:
        database.rename(database.importing.add(one), "renamed")
    assert new_ones(export, database.importing.known()) == [talk("", 0.0)]
    database.delete(1)
    assert new_ones(export[:1], database.importing.known()) == []
    database.close()


def test_a_tree_that_leads_back_to_itself_ends() -> None:
    circle = {"title": "x", "current_node": "a", "mapping": dict([node("a", "a", ["a"], said("user", ["Once"]))])}
    from fanlight.exchange import chatgpt

    assert turns(chatgpt.read_conversation(circle)) == [("user", "Once")]


def test_jans_folder_of_threads_is_read(tmp_path: Path) -> None:
    good = json.dumps({"title": "Short", "created": 1_700_000_000})
    for name, thread in (("good", good), ("cut", good[:30]), ("kind", "[1]"), ("empty", "")):
        folder = tmp_path / "threads" / name
        folder.mkdir(parents=True)
        (folder / "thread.json").write_text(thread)
        if name == "empty":
            continue
        lines = [json.dumps(message) for message in JAN_LINES]
        (folder / "messages.jsonl").write_text("\n".join([lines[0], "{broken", "", lines[1]]))
    found = read_export(tmp_path)
    assert [turns(one) for one in found.conversations] == [[("user", "Is it?"), ("assistant", "Yes.")]] * 3
    assert sorted(one.title for one in found.conversations) == ["Is it?", "Is it?", "Short"]
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


@pytest.mark.parametrize("text", ['<details type="reasoning">' * 40_000, "<details " * 100_000 + "</details>"])
def test_thoughts_that_never_end_are_read_at_once(text: str) -> None:
    began = time.process_time()
    entry = {"chat": {"messages": [{"role": "assistant", "content": text}]}}
    read = open_webui.read_conversation(entry)
    assert time.process_time() - began < 2
    assert read.messages[0].text.startswith("<details")
