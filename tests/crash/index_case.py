"""What is kept is read into the index of the conversations and that of the pictures, while some of it is deleted for
good. Both can be made again, so what was read may be read anew; but nothing is left out, and nothing is found that was
deleted."""

from __future__ import annotations

import hashlib
import itertools
import random
import time
from array import array
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from crash.case import REFUSED, Found, Say
from fanlight.domain.errors import StoreError
from fanlight.domain.messages import Image, Message, Picture
from fanlight.domain.picture_finding import KnownPicture, PicturePlace
from fanlight.domain.search import parse_query
from fanlight.store.database import Database
from fanlight.store.picture_index import PictureIndex

SLICE_SECONDS = NAP_SECONDS = 0.002
ORIGIN, SPACE, WIDTH = "/pictures", "space", 8
AT_ONCE = 40
SAME, MOST_ALIKE = 0.98, 50
"""Vectors are kept with less precision than they are made."""


class IndexCase:
    name = "indexing"
    lag_seconds = 0.0
    checked_rarely = False
    promises: tuple[str, ...] = ("kept ", "read ", "dropping ", "gone ")
    standing: tuple[str, ...] = ("dropping ",)

    def prepare(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)

    def work(self, folder: Path, seed: int, say: Say) -> None:
        chance = random.Random(seed)
        numbers = itertools.count(seed * 1000)
        while True:
            try:
                with closing(Database(folder)) as database, closing(PictureIndex(folder)) as index:
                    index.use_space(SPACE)
                    while True:
                        _keep_one(database, next(numbers), chance, say)
                        _look_at_some(index, seed, chance, say)
            except StoreError:
                say(REFUSED)
                time.sleep(NAP_SECONDS)

    def check(self, folder: Path, said: Sequence[str]) -> Found:
        lines = [line.split() for line in said]
        kept = {word: int(id_) for what, word, id_ in lines if what == "kept"}
        dropping = {word for what, word, *_rest in lines if what in ("dropping", "gone")}
        read = [word for what, word, *_rest in lines if what == "read"]
        try:
            with closing(Database(folder)) as database:
                lost = [f"had to be repaired: {database.notice}"] if database.notice else []
                while database.searching.index_some():
                    pass
                for word, id_ in kept.items():
                    found = [hit.message_id for hit in database.searching.search(word).hits]
                    if found != [id_] and (word not in dropping or found):
                        lost.append(f"{word} of message {id_} was found in {found}")
                lost += [f"{word} was deleted, and found" for what, word, *_rest in lines
                         if what == "gone" and database.searching.search(word).hits]  # fmt: skip
                lost += _lost_pictures(database, kept.keys() - dropping)
            lost += _lost_in_index(folder, read)
        except StoreError as error:
            return Found(len(said), [str(error)], opens=False)
        return Found(len(kept) + len(read) + len(dropping), lost)


def _keep_one(database: Database, number: int, chance: random.Random, say: Say) -> None:
    word, picture = f"word{number}x", _picture(number)
    chat = database.create("kept")
    asked = database.add_message(chat, Message.of("user", f"{word} and more", (picture.image,)), (picture,))
    say(f"kept {word} {asked}")
    if chance.random() < 0.5:
        database.searching.keep_picture_text(hashlib.sha256(picture.data).hexdigest(), _written(word))
    if chance.random() < 0.5:
        database.searching.index_some(SLICE_SECONDS)
    if chance.random() < 0.2:
        say(f"dropping {word} {asked}")
        database.delete(chat)
        database.delete_for_good([chat])
        say(f"gone {word} {asked}")


def _look_at_some(index: PictureIndex, seed: int, chance: random.Random, say: Say) -> None:
    unread = index.next_unread(vectors=True, texts=True)
    if unread is None:
        count = index.progress(vectors=True, texts=True).total + AT_ONCE
        index.sync(ORIGIN, _known(count))
        return
    number = int(Path(unread.place.where).stem)
    index.write(unread.place, _vector(number), f"seen{number}x" if chance.random() < 0.9 else None)
    say(f"read {number} {seed}")


def _lost_pictures(database: Database, words: set[str]) -> list[str]:
    """What was read in one is found, unless that is to be read again."""
    lost = []
    for word in sorted(words):
        known = database.searching.known_picture_text(hashlib.sha256(_picture(_number(word)).data).hexdigest())
        if known not in (None, _written(word)) or (known and not database.searching.search(_written(word)).hits):
            lost.append(f"what is written in the picture of {word}: {known}")
    return lost


def _lost_in_index(folder: Path, read: Sequence[str]) -> list[str]:
    """Each picture is whole, or is to be read."""
    lost = []
    with closing(PictureIndex(folder)) as index:
        index.use_space(SPACE)
        count = max([index.progress(vectors=True, texts=True).total, *(int(number) + 1 for number in read)])
        index.sync(ORIGIN, _known(count))  # as each start does
        progress = index.progress(vectors=True, texts=True)
        again = set[str]()
        while (unread := index.next_unread(vectors=True, texts=True)) is not None:
            number = int(Path(unread.place.where).stem)
            again.add(str(number))
            index.write(unread.place, _vector(number), f"seen{number}x")
        if len(again) != progress.unread or index.progress(vectors=True, texts=True).unread:
            lost.append(f"{len(again)} of {progress.unread} unread pictures were offered")
        for one in sorted(set(map(int, read))):
            worded = [hit.place for hit in index.find(parse_query(f"seen{one}x"), None, 0.0, 5)]
            by_sight = [hit.place for hit in index.find(parse_query(""), _vector(one), SAME, MOST_ALIKE)]
            if _place(one) not in worded or _place(one) not in by_sight:
                lost.append(f"picture {one} of {progress.total}")
    return lost


def _known(count: int) -> list[KnownPicture]:
    return [KnownPicture(_place(number), f"{number}.png", float(number)) for number in range(count)]


def _place(number: int) -> PicturePlace:
    return PicturePlace(f"{ORIGIN}/{number}.png")


def _vector(number: int) -> array[float]:
    chance = random.Random(number)
    numbers = [chance.gauss(0, 1) for _unused in range(WIDTH)]
    length = sum(one * one for one in numbers) ** 0.5
    return array("f", [one / length for one in numbers])


def _number(word: str) -> int:
    return int(word.removeprefix("word").removesuffix("x"))


def _written(word: str) -> str:
    return f"written{_number(word)}x"


def _picture(number: int) -> Picture:
    image = Image.of(1, 1, (number % 2**24).to_bytes(3, "big"))
    return Picture(image, random.Random(number).randbytes(2_000), "png", 200, 100, f"{number}.png")
