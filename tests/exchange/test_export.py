"""What is exported is imported as it was, a web page asks for nothing, and nothing is half written or replaced."""

from __future__ import annotations

import json
import re
import shutil
from contextlib import closing
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from fanlight.domain.archive import ArchivedConversation, ArchivedMessage
from fanlight.domain.errors import DiskFull, ExportError
from fanlight.domain.messages import Image, Message, Picture, TextPart
from fanlight.exchange import writers
from fanlight.exchange.markdown_text import conversation_markdown, file_name
from fanlight.exchange.reading import new_ones, read_export
from fanlight.exchange.web_page import conversation_html
from fanlight.exchange.writers import Format, open_writer
from fanlight.store.database import Database
from support.exporting import export

PNG = b"\x89PNG\r\n\x1a\n and the rest"
NASTY = '<script>alert(1)</script> & "quotes" ☂ \U0001f408 ![x](http://example.org/x.png) [y](javascript:alert(1))'


def fill(home: Path) -> None:
    with closing(Database(home)) as database:
        pixels = Image.of(1, 1, b"\1\2\3")
        picture = Picture(pixels, PNG, "png", 1, 1, "a [nice] picture.png")
        first = database.create("A/B: <c>")
        database.add_message(first, Message.of("user", f"What is this?\n{NASTY}", [pixels]), [picture])
        answer = database.add_message(first, Message.of("assistant", "dra"), state="open")
        database.update_answer(answer, f"**A pixel.**\n\n| a | b |\n|---|---|\n| 1 | {NASTY} |", "hm", "stopped", "3 s")
        database.set_pinned(first, True)
        database.tagging.change([first], ["Straße", "a, <b>", "עבודה"])
        second = database.create("a/b: <C>")
        database.tagging.change([second], ["STRASSE"])
        database.add_message(second, Message.of("user", "Again?", [pixels]), [picture])
        database.set_archived([second], True)
        database.create("")


def bring_in(home: Path, file: Path) -> int:
    found = read_export(file)
    assert not found.broken
    with closing(Database(home)) as database:
        wanted = new_ones(found.conversations, database.importing.known())
        for one in reversed(wanted):
            database.importing.add(one)
    return len(wanted)


def test_what_is_exported_imported_and_exported_again_is_the_same_file(tmp_path: Path) -> None:
    fill(tmp_path / "one")
    first = export(tmp_path / "one", tmp_path / "first.json", "json")
    assert bring_in(tmp_path / "two", first) == 3
    second = export(tmp_path / "two", tmp_path / "second.json", "json")
    assert first.read_bytes() == second.read_bytes()
    assert bring_in(tmp_path / "two", first) == bring_in(tmp_path / "one", first) == 0
    with closing(Database(tmp_path / "two")) as database:
        (row,) = [row for row in database.conversations() if row.pinned]
        assert row.tags == ("a, <b>", "Straße", "עבודה")
        assert [one.tags for one in database.conversations() if one.archived] == [("Straße",)]
        (shown,) = database.messages(row.id)[0].pictures
        assert database.picture(shown.sha256) == PNG
        assert [hit.snippet.text for hit in database.searching.search("again").hits] == ["Again?"]


class Page(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_web_page_holds_everything_and_asks_for_nothing(tmp_path: Path) -> None:
    fill(tmp_path / "one")
    page = Page(export(tmp_path / "one", tmp_path / "all.html", "html").read_text("utf-8"))
    assert page.text.count("<script>alert(1)</script>") == 2
    names = [name for name, _attributes in page.tags]
    assert not {"script", "link", "iframe", "object", "form"} & set(names)
    sources = [attributes["src"] for _name, attributes in page.tags if "src" in attributes]
    assert len(sources) == 2
    assert all(str(source).startswith("data:image/png;base64,") for source in sources)
    links = [attributes.get("href") for name, attributes in page.tags if name == "a"]
    assert links == ["http://example.org/x.png"]
    assert "table" in names
    assert "Tags: \u2068a, <b>\u2069, \u2068Straße\u2069, \u2068עבודה\u2069" in page.text
    assert "Tag: Straße" in page.text
    assert not [key for _name, attributes in page.tags for key in attributes if key.startswith("on")]


def test_formulas_of_a_web_page_are_drawn_in_it() -> None:
    text = "So \\(x_1 * y_1\\) and\n\n\\[\\frac{a}{b} < c\\]\n\n| a |\n|---|\n| $z^2$ |\n\n"
    text += "but \\(\\nosuch{x}\\) at $5 and $6."
    made = conversation_html(replace(conversation(), messages=(ArchivedMessage("assistant", (TextPart(text),)),)))
    page = Page(made)
    drawn = [attributes for name, attributes in page.tags if name == "svg"]
    paths = [str(attributes["d"]) for name, attributes in page.tags if name == "path"]
    assert len(drawn) == len(paths) == 3
    assert all(re.fullmatch(r"(?:[MLQC][-0-9 ]+|Z)+", path) for path in paths)
    assert all(re.fullmatch(r"[-0-9 ]+", str(attributes["viewbox"])) for attributes in drawn)
    assert "\\[\\frac{a}{b} < c\\]" in page.text
    assert "<code>\\(\\nosuch{x}\\)</code>" in made
    assert "at $5 and $6." in page.text


def test_markdown_is_a_folder_with_pictures(tmp_path: Path) -> None:
    fill(tmp_path / "one")
    place = export(tmp_path / "one", tmp_path / "out", "md")
    files = {path.name.casefold(): path.read_text("utf-8") for path in place.glob("*.md")}
    assert sorted(files) == ["a b c (2).md", "a b c.md", "untitled.md"]  # whichever of the same second comes first
    (text,) = [text for text in files.values() if "**A pixel.**" in text]
    (name,) = [path.name for path in (place / "pictures").iterdir()]
    assert f"![a nice picture.png](pictures/{name})" in text
    assert (place / "pictures" / name).read_bytes() == PNG
    assert "## You" in text
    assert text.count("**A pixel.**") == 1


@pytest.mark.parametrize(
    "title", ["", "...", "CON", "nul.txt", "a" * 300, "東" * 200, "../../etc/passwd", "\ud800", "a\nb"]
)
def test_a_title_is_a_file_name_everywhere(title: str, tmp_path: Path) -> None:
    name = file_name(title)
    (tmp_path / f"{name}.md").write_text("x")
    assert not set(name) & set('/\\<>:"|?*\n')
    assert name.split(".")[0].upper() not in ("", "CON", "NUL")


def conversation(text: str = "x") -> ArchivedConversation:
    return ArchivedConversation("Title", 1.0, 2.0, (ArchivedMessage("user", (TextPart(text),)),))


def test_half_a_surrogate_pair_in_any_text_is_imported_as_a_replacement_mark(tmp_path: Path) -> None:
    half, whole = "x\ud800", "x\ufffd"
    picture = {"type": "picture", "sha256": "a" * 64, "width": 1, "height": 1}
    picture |= dict.fromkeys(("kind", "name", "image_id"), half)
    parts = [picture, {"type": "thinking", "text": half}, {"type": "text", "text": half}]
    message = {"role": "assistant", "created": 1, "state": "complete", "footer": half, "parts": parts}
    messages = [message, {**message, "role": "user", "parts": [picture]}]
    found = {"title": half, "created": 1, "updated": 1, "messages": messages}
    file = tmp_path / "export.json"
    file.write_text(json.dumps({"format": "fanlight-conversations", "version": 1, "conversations": [found]}))
    assert bring_in(tmp_path / "home", file) == 1
    with closing(Database(tmp_path / "home")) as database:
        (row,) = database.conversations()
        answer, question = database.messages(row.id)
    (shown,) = question.pictures
    kept = [row.title, answer.footer, answer.message.thinking, answer.message.text]
    assert [*kept, shown.kind, shown.name, shown.image_id] == [whole] * 7


@pytest.mark.parametrize("kind", ["md", "html", "json"])
def test_nothing_that_is_there_is_replaced_and_nothing_is_half_there(tmp_path: Path, kind: Format) -> None:
    place = tmp_path / "out"
    place.write_text("mine")
    with pytest.raises(ExportError, match="exists already"):
        open_writer(place, kind)
    assert place.read_text() == "mine"
    place.unlink()
    writer = open_writer(place, kind)
    writer.add(conversation())
    assert not place.exists()
    writer.give_up()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ExportError, match="does not exist"):
        open_writer(tmp_path / "no such folder" / "out", kind)
    (tmp_path / "folder").mkdir()
    with pytest.raises(ExportError, match="exists already"):
        open_writer(tmp_path / "folder", kind, replace=True)


@pytest.mark.parametrize("kind", ["md", "html", "json"])
def test_a_full_disk_is_one_sentence_and_leaves_nothing(
    tmp_path: Path, kind: Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_full(_anything: object) -> None:
        raise OSError(28, "No space left on device")

    writer = open_writer(tmp_path / "out", kind)
    writer.add(conversation())
    monkeypatch.setattr("os.fsync", is_full)
    monkeypatch.setattr(writers, "sync_folder", is_full)
    with pytest.raises(DiskFull, match="not exported"):
        writer.finish()
    assert kind == "md" or list(tmp_path.iterdir()) == []


def test_a_picture_that_is_lost_costs_itself_alone(tmp_path: Path) -> None:
    fill(tmp_path / "one")
    shutil.rmtree(tmp_path / "one" / "pictures")
    assert "a [nice] picture.png" in export(tmp_path / "one", tmp_path / "o.html", "html").read_text("utf-8")
    assert bring_in(tmp_path / "two", export(tmp_path / "one", tmp_path / "o.json", "json")) == 3


def test_a_broken_entry_of_our_own_costs_itself_alone(tmp_path: Path) -> None:
    fill(tmp_path / "one")
    file = export(tmp_path / "one", tmp_path / "o.json", "json")
    found = json.loads(file.read_text("utf-8"))
    good = next(one for one in found["conversations"] if one["messages"])
    outside = {"type": "picture", "sha256": "../../x", "data": ""}
    for change in (
        {"title": 3},
        {"created": "yesterday"},
        {"messages": None},
        {"messages": [{"role": "devil"}]},
        {"messages": [good["messages"][0] | {"parts": [outside]}]},
        {"updated": True},
    ):
        found["conversations"].append(good | change)
    file.write_text(json.dumps(found))
    read = read_export(file)
    assert (len(read.conversations), read.broken) == (3, 6)


def test_a_picture_with_another_content_than_its_name_is_not_kept(tmp_path: Path) -> None:
    fill(tmp_path / "one")
    file = export(tmp_path / "one", tmp_path / "o.json", "json")
    one = next(one for one in read_export(file).conversations if one.pictures)
    wrong = replace(one, pictures=dict.fromkeys(one.pictures, b"other"))
    with closing(Database(tmp_path / "two")) as database:
        database.importing.add(wrong)
    assert not [path for path in (tmp_path / "two" / "pictures").rglob("*") if path.is_file()]


def test_a_copied_conversation_says_who_speaks() -> None:
    assert conversation_markdown(conversation("Why?")).endswith("## You\n\nWhy?\n")
