"""Branches go out and come in: Fanlight's own file whole, those of other programs as they have them."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fanlight.domain.archive import ArchivedConversation, read_archived
from fanlight.exchange import chatgpt, lm_studio, open_webui
from fanlight.exchange.markdown_text import conversation_markdown
from fanlight.exchange.reading import read_export
from fanlight.exchange.web_page import conversation_html
from fanlight.exchange.writers import open_writer
from fanlight.store.database import Database
from fanlight.store.memory_store import MemoryStore
from support.branches import LINKS, SHOWN, add_tree, links, shown
from support.exported_talks import CHATGPT, LM_STUDIO, OPEN_WEBUI, node, said

HEAD = {"title": "t", "created": 1.0, "updated": 2.0}


def exported(database: Database, place: Path) -> Path:
    writer = open_writer(place, "json")
    for row in database.conversations():
        writer.add(read_archived(database, row, database.picture))
    return writer.finish()


def tree_of(one: ArchivedConversation) -> dict[str, list[str]]:
    texts = ["", *(message.text for message in one.messages)]
    found: dict[str, list[str]] = {}
    for place, parent in one.parents.items():
        found.setdefault(texts[parent], []).append(texts[place])
    return found


def test_the_json_file_keeps_all_branches_and_is_the_same_again(tmp_path: Path) -> None:
    with closing(Database(tmp_path / "one")) as database:
        add_tree(database)
        first = exported(database, tmp_path / "first.json")
    memory = MemoryStore()
    with closing(Database(tmp_path / "two")) as database:
        for one in read_export(first).conversations:
            for store in (database, memory):
                chat = store.importing.add(one)
                assert (links(store, chat), shown(store, chat)) == (LINKS, SHOWN)
        assert exported(database, tmp_path / "second.json").read_bytes() == first.read_bytes()


def test_markdown_and_the_web_page_have_the_branch_that_is_shown(tmp_path: Path) -> None:
    with closing(Database(tmp_path)) as database:
        add_tree(database)
        (row,) = database.conversations()
        whole = read_archived(database, row)
    said_there = {text for texts in LINKS.values() for text in texts}
    assert [line for line in conversation_markdown(whole).splitlines() if line in said_there] == SHOWN
    page = conversation_html(whole)
    assert all(text in page for text in SHOWN)
    assert "primo" not in page


def message(text: str, **more: Any) -> dict[str, Any]:
    parts = [{"type": "text", "text": text}]
    return {"role": "user", "created": 1.0, "state": "complete", "footer": "", "parts": parts, **more}


def read_own(tmp_path: Path, version: int, *messages: Any, **more: Any) -> Any:
    file = tmp_path / "own.json"
    one = {**HEAD, "messages": messages, **more}
    file.write_text(json.dumps({"format": "fanlight-conversations", "version": version, "conversations": [one]}))
    return read_export(file)


def test_a_file_of_the_first_version_is_one_branch(tmp_path: Path) -> None:
    (one,) = read_own(tmp_path, 1, message("a"), message("b"), message("c")).conversations
    assert [shown.text for shown in one.shown_messages] == ["a", "b", "c"]


def test_the_usual_places_are_not_written_again(tmp_path: Path) -> None:
    (one,) = read_own(tmp_path, 2, message("a", follows=-1), message("b", follows=0), shown=1).conversations
    assert (one.shown, [shown.follows for shown in one.messages]) == (None, [None, None])


@pytest.mark.parametrize("follows", [1, 2, -2, True, 0.0, "0", [0]])
def test_a_message_that_follows_no_earlier_one_breaks_its_conversation_alone(tmp_path: Path, follows: Any) -> None:
    assert read_own(tmp_path, 2, message("a"), message("b", follows=follows)).broken == 1
    assert read_own(tmp_path, 2, message("a"), shown=follows).broken == 1


@pytest.mark.parametrize(
    ("read", "entry", "tree"),
    [
        (chatgpt.read_conversation, CHATGPT,
         {"": ["What is it?"], "What is it?": ["the other answer", "An oak."]}),
        (open_webui.read_conversation, OPEN_WEBUI, {"": ["Why waves?"], "Why waves?": ["Old answer", "Wind."]}),
        (lm_studio.read_conversation, LM_STUDIO, {"": ["Name a colour"], "Name a colour": ["Blue."]}),
    ],
    ids=["chatgpt", "open-webui", "lm-studio"],
)  # fmt: skip
def test_the_branches_of_other_programs_come_along(read: Any, entry: Any, tree: dict[str, list[str]]) -> None:
    assert tree_of(read(entry)) == tree


def test_what_follows_a_version_of_lm_studios_follows_the_selected_one() -> None:
    def versions(role: str, selected: object, *texts: str) -> dict[str, Any]:
        kept = [{"type": "singleStep", "role": role, "content": [{"type": "text", "text": text}]} for text in texts]
        return {"versions": kept, "currentlySelected": selected}

    talk = [versions("user", 0, "Q"), versions("assistant", 0, "A", "B"), versions("user", 1, "R", "S")]
    one = lm_studio.read_conversation({"messages": talk})
    assert tree_of(one) == {"": ["Q"], "Q": ["A", "B"], "A": ["R", "S"]}
    assert [shown.text for shown in one.shown_messages] == ["Q", "A", "S"]
    one = lm_studio.read_conversation({"messages": [talk[0], versions("assistant", 0, "A", "B")]})
    assert [shown.text for shown in one.shown_messages] == ["Q", "A"]


def mapped(current: str, *nodes: tuple[str, Any]) -> ArchivedConversation:
    return chatgpt.read_conversation({"title": "x", "current_node": current, "mapping": dict(nodes)})


def test_the_order_of_versions_is_that_of_the_children() -> None:
    one = mapped(
        "c",
        node("c", "a", [], said("assistant", ["third"])),
        node("b", "a", [], said("assistant", ["second"])),
        node("d", "a", [], said("assistant", ["first"])),
        node("a", None, ["d", "b", "c"], said("user", ["Q"])),
    )
    assert tree_of(one)["Q"] == ["first", "second", "third"]
    assert one.shown_messages[-1].text == "third"


def test_what_is_broken_beside_the_shown_branch_costs_itself_alone() -> None:
    broken = {"author": 3, "content": {"content_type": "text", "parts": ["x"]}}
    one = mapped(
        "c",
        node("a", None, ["b", "c"], said("user", ["Q"])),
        node("b", "a", ["e"], broken),
        node("e", "b", [], said("assistant", ["after it"])),
        node("c", "a", [], said("assistant", ["A"])),
        ("d", 7),
    )
    assert tree_of(one) == {"": ["Q"], "Q": ["after it", "A"]}


def test_a_long_branch_is_read_in_a_moment() -> None:
    many = [
        node(str(n), str(n - 1), [str(n + 1)], said("user" if n % 2 else "assistant", [f"{n}"])) for n in range(20_000)
    ]
    assert len(mapped("19999", *many).shown_messages) == 20_000


@pytest.mark.parametrize("current", [None, "", "gone", 3])
@pytest.mark.parametrize("listed", [[], ["1", "3"]], ids=["without a list", "with a list"])
def test_a_tree_of_open_webuis_whose_current_message_is_lost_is_no_list(current: object, listed: list[str]) -> None:
    nodes = OPEN_WEBUI["chat"]["history"]["messages"]  # type: ignore[index]
    timed = {**nodes, "3": {**nodes["3"], "timestamp": 1_700_000_050}}
    messages = [timed[name] for name in listed]
    one = open_webui.read_conversation(
        {"chat": {"history": {"currentId": current, "messages": timed}, "messages": messages}}
    )
    assert tree_of(one) == {"": ["Why waves?"], "Why waves?": ["Old answer", "Wind."]}
    assert [message.text for message in one.shown_messages] == ["Why waves?", "Wind."]


def test_a_message_that_is_left_out_in_the_middle_of_a_branch_breaks_nothing() -> None:
    one = mapped(
        "d",
        node("a", None, ["s"], said("user", ["Q"])),
        node("s", "a", ["c"], said("system", ["be brief"])),
        node("c", "s", ["d"], said("assistant", ["A"])),
        node("d", "c", [], said("user", ["And?"])),
    )
    assert tree_of(one) == {"": ["Q"], "Q": ["A"], "A": ["And?"]}
