"""A conversation with its files."""

from __future__ import annotations

from fanlight.domain.archive import archived
from fanlight.domain.errors import StoreError
from fanlight.domain.messages import TextPart
from fanlight.domain.stored import ConversationRow, StoredMessage, StoredPicture


def picture(sha256: str) -> StoredPicture:
    return StoredPicture(sha256, "png", "shapes.png", 4, 3, "image")


ROW = ConversationRow(1, "Shapes", 2.0, "", 1.0)
MESSAGES = [
    StoredMessage(number, "user", (picture(sha256), TextPart("What is it?")), "complete", "", 1.0)
    for number, sha256 in enumerate(("aa", "bb", "aa"), 1)
]


def test_a_file_is_read_once_and_a_lost_one_is_missing() -> None:
    asked: list[str] = []

    def read(sha256: str) -> bytes:
        asked.append(sha256)
        if sha256 == "bb":
            raise StoreError("lost")
        return b"pixels"

    assert archived(ROW, MESSAGES, read).pictures == {"aa": b"pixels"}
    assert sorted(asked) == ["aa", "bb"]


def test_without_files_the_pictures_are_named_still() -> None:
    made = archived(ROW, MESSAGES)
    assert made.pictures == {}
    assert [one.sha256 for message in made.messages for one in message.pictures] == ["aa", "bb", "aa"]
