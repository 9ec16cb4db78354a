"""A conversation with branches, and how to say what a store holds of one."""

from __future__ import annotations

from typing import Any

from fanlight.domain.archive import read_archived
from fanlight.domain.messages import Image, Message, Picture
from fanlight.domain.stored import ConversationRow

SHOWN = ["one", "first", "three", "third"]
LINKS = {"": ["one", "uno"], "one": ["first", "second"], "first": ["two", "three"], "two": ["2nd"], "three": ["third"],
         "uno": ["primo"]}  # fmt: skip
"""The texts that follow each text."""


def picture(number: int) -> Picture:
    return Picture(Image.of(1, 1, number.to_bytes(3, "big")), b"picture %d" % number * 50, "png", 1, 1, "a.png")


def add_tree(database: Any, title: str = "a tree") -> int:
    """LINKS; each edited question has a picture of its own."""
    chat: int = database.create(title)
    numbers = {"": 0}

    def say(text: str, follows: str, *pictures: Picture) -> None:
        role: Any = "user" if text in ("one", "two", "three", "uno") else "assistant"
        message = Message.of(role, text, tuple(one.image for one in pictures))
        numbers[text] = database.add_message(chat, message, pictures, follows=numbers[follows])

    say("one", "", picture(1))
    say("first", "one")
    say("two", "first", picture(1), picture(2))
    say("2nd", "two")
    say("second", "one")
    say("three", "first", picture(1))
    say("third", "three")
    say("uno", "", picture(3))
    say("primo", "uno")
    database.show_branch(chat, numbers["third"])
    return chat


def links(database: Any, chat: int) -> dict[str, list[str]]:
    messages = database.messages(chat)
    text = {0: "", **{one.id: one.message.text for one in messages}}
    found: dict[str, list[str]] = {}
    for one in messages:
        found.setdefault(text[one.parent], []).append(text[one.id])
    return found


def shown(database: Any, chat: int) -> list[str]:
    row = ConversationRow(chat, "", 0.0, "")
    return [one.text for one in read_archived(database, row).shown_messages]
