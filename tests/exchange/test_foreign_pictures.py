"""Pictures in the exports of other programs: as files beside them, in their archives, or as data in the messages."""

from __future__ import annotations

import base64
import json
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fanlight.cli import main
from fanlight.domain.archive import ArchivedConversation
from fanlight.exchange.export_pictures import with_pictures
from fanlight.exchange.reading import read_export
from fanlight.store.database import Database
from support.exported_talks import node, said
from support.windows import picture_file

ASSET = "file-AbCdEf123456"


def png(tmp_path: Path, colour: str = "red") -> bytes:
    return picture_file(tmp_path, f"{colour}.png", colour=colour).read_bytes()


def data_url(data: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(data).decode()}"


def chatgpt(pointer: str, **metadata: Any) -> list[Any]:
    part = {"content_type": "image_asset_pointer", "asset_pointer": pointer, "width": 4, "height": 3}
    asked = said("user", [part, "What is it?"], "multimodal_text", metadata=metadata)
    mapping = dict([node("a", None, ["b"], asked), node("b", "a", [], said("assistant", ["A square."]))])
    return [{"title": "Seen", "create_time": 1e9, "current_node": "b", "mapping": mapping}]


def read(path: Path) -> ArchivedConversation:
    found = read_export(path)
    assert found.broken == 0
    (one,) = found.conversations
    return with_pictures(one)


def seen(one: ArchivedConversation) -> list[tuple[str, int, int, str]]:
    """Of pictures that are really there: name, size, kind."""
    shown = [picture for message in one.messages for picture in message.pictures]
    assert all(one.pictures[picture.sha256] for picture in shown)
    return [(picture.name, picture.width, picture.height, picture.kind) for picture in shown]


@pytest.mark.parametrize("pointer", [f"file-service://{ASSET}", f"sediment://{ASSET}?shared=1"])
@pytest.mark.parametrize("name", [f"{ASSET}-photo.png", f"{ASSET}_photo.png", f"user-1/{ASSET}.dat", ASSET])
def test_chatgpts_are_files_in_the_archive(tmp_path: Path, pointer: str, name: str) -> None:
    place = tmp_path / "export.zip"
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr("conversations.json", json.dumps(chatgpt(pointer)))
        archive.writestr(f"{ASSET}7-another.png", png(tmp_path, "blue"))
        archive.writestr(name, png(tmp_path))
    one = read(place)
    assert seen(one) == [(Path(name).name, 160, 120, "png")]
    assert [message.text for message in one.messages] == ["What is it?", "A square."]


@pytest.mark.parametrize("unpacked", [True, False], ids=["the folder", "its file"])
def test_chatgpts_are_found_in_the_folder_it_was_unpacked_to(tmp_path: Path, unpacked: bool) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    attachment = {"id": ASSET, "name": "my square.png"}
    file = folder / "conversations.json"
    file.write_text(json.dumps(chatgpt(f"file-service://{ASSET}", attachments=[attachment, 3])))
    (folder / f"{ASSET}-x.png").write_bytes(png(tmp_path))
    assert seen(read(folder if unpacked else file)) == [("my square.png", 160, 120, "png")]


def test_open_webuis_and_jans_are_in_the_message(tmp_path: Path) -> None:
    url = data_url(png(tmp_path))
    other = data_url(png(tmp_path, "blue"))
    asked = {"role": "user", "content": "What?", "files": [{"type": "image", "url": url}, {"url": "http://a.b/c.png"}]}
    parts = [{"type": "text", "text": "And?"}, {"type": "image_url", "image_url": {"url": other}}]
    messages = [asked, {"role": "assistant", "content": "Red."}, {"role": "user", "content": parts}]
    file = tmp_path / "webui.json"
    file.write_text(json.dumps([{"title": "Seen", "chat": {"messages": messages}}]))
    assert [entry[1:] for entry in seen(read(file))] == [(160, 120, "png")] * 2
    content = [{"type": "image_url", "image_url": {"url": url}}, {"type": "text", "text": {"value": "What?"}}]
    file.write_text(json.dumps({"title": "Jan", "messages": [{"role": "user", "created_at": 1, "content": content}]}))
    one = read(file)
    assert [entry[1:] for entry in seen(one)] == [(160, 120, "png")]
    assert one.messages[0].text == "What?"


@pytest.mark.parametrize("whole", [True, False], ids=["the folder", "one file"])
def test_lm_studios_are_beside_its_conversations(tmp_path: Path, whole: bool) -> None:
    content = [
        {"type": "text", "text": "What?"},
        {"type": "file", "fileIdentifier": "1700000000 - 1.png", "fileType": "image", "sizeBytes": 3},
        {"type": "file", "fileIdentifier": "1700000000 - 2.pdf", "fileType": "text/plain"},
    ]
    version = {"type": "singleStep", "role": "user", "content": content}
    file = tmp_path / "conversations" / "a folder" / "1.conversation.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"name": "Seen", "messages": [{"versions": [version], "currentlySelected": 0}]}))
    kept = tmp_path / "user-files" / "1700000000 - 1.png"
    kept.parent.mkdir()
    kept.write_bytes(png(tmp_path))
    one = read(tmp_path / "conversations" if whole else file)
    assert seen(one) == [("1700000000 - 1.png", 160, 120, "png")]


@pytest.mark.parametrize(
    "content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n cut off", None], ids=["empty", "text", "cut off", "missing"]
)
def test_one_that_cannot_be_read_costs_itself_alone(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "conversations.json"
    file.write_text(json.dumps(chatgpt(f"file-service://{ASSET}")))
    if content is not None:
        (tmp_path / f"{ASSET}-x.png").write_bytes(content)
    one = read(file)
    assert (seen(one), [message.text for message in one.messages]) == ([], ["What is it?", "A square."])


@pytest.mark.parametrize(
    "url", ["data:image/png;base64,%%%", "data:image/png", "data:image/png,%89PNG", "data:text/html,x"]
)
def test_data_that_is_no_picture_leaves_a_whole_conversation(tmp_path: Path, url: str) -> None:
    file = tmp_path / "webui.json"
    asked = {"role": "user", "content": "", "files": [{"type": "image", "url": url}]}
    answered = {"role": "assistant", "content": "I see nothing.", "files": [{"type": "image", "url": url}]}
    file.write_text(json.dumps([{"title": "Seen", "chat": {"messages": [asked, answered]}}]))
    one = read(file)
    assert not seen(one)
    assert all(message.parts for message in one.messages)


def test_a_conversation_that_begins_with_a_broken_picture_is_imported_once(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "webui.json"
    broken = {"type": "image", "url": "data:image/png;base64,AAAA", "name": "photo.png"}
    messages = [{"role": "user", "content": "", "files": [broken]}, {"role": "assistant", "content": "Nothing."}]
    file.write_text(json.dumps([{"title": "Seen", "created_at": 1_700_000_000, "chat": {"messages": messages}}]))
    for said_so in ("1 conversation of Open WebUI was imported.", "1 was there already."):
        assert main(["import", str(file)]) == 0
        assert said_so in capsys.readouterr().out


def test_the_command_brings_them_in(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "conversations.json"
    file.write_text(json.dumps(chatgpt(f"file-service://{ASSET}")))
    (tmp_path / f"{ASSET}-x.png").write_bytes(png(tmp_path))
    for said_so in ("1 conversation of ChatGPT was imported.", "1 was there already."):
        assert main(["import", str(file)]) == 0
        assert said_so in capsys.readouterr().out
    with closing(Database(home)) as database:
        (row,) = database.conversations()
        (shown,) = database.messages(row.id)[0].pictures
        assert database.picture(shown.sha256).startswith(b"\x89PNG")
