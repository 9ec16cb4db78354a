"""The window's store: questions with pictures, growing answers, edits, deletions, backups."""

from __future__ import annotations

import hashlib
import itertools
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from crash.case import REFUSED, Found, Say
from fanlight.domain.errors import StoreError
from fanlight.domain.messages import Image, Message, Picture
from fanlight.store import thread as thread_module
from fanlight.store.database import Database
from fanlight.store.thread import StoreThread

NAP_SECONDS = 0.002


@dataclass
class _Promises:
    """message -> sha256 of its picture, message -> digest of its answer; `dropping` may or may not be there."""

    questions: dict[int, str] = field(default_factory=dict)
    answers: dict[int, str] = field(default_factory=dict)
    dropping: set[int] = field(default_factory=set)


class StoreCase:
    name = "window's store"
    lag_seconds = 0.0
    checked_rarely = False
    promises: tuple[str, ...] = ("question ", "answer ", "dropping ")
    standing: tuple[str, ...] = ("dropping ",)

    def prepare(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)

    def work(self, folder: Path, seed: int, say: Say) -> None:
        thread_module.SECONDS_BEFORE_CHORES = 0.0
        thread_module.SECONDS_BETWEEN_CHORES = 0.05
        thread_module.SECONDS_BETWEEN_RETRIES = 0.02
        thread_module.PAUSES_BEFORE_OPENING = (0.02,) * 5
        chance = random.Random(seed)
        store = StoreThread(folder)
        chat = 0
        for number in itertools.count(seed * 1000):
            try:
                if not chat or chance.random() < 0.2:
                    chat = store.submit(lambda database: database.create(f"run {seed}")).result()
                _one_turn(store, chat, number, chance, say)
            except StoreError:  # no room: what was not promised may be lost
                say(REFUSED)
                time.sleep(NAP_SECONDS)

    def check(self, folder: Path, said: Sequence[str]) -> Found:
        promises = _read(said)
        try:
            database = Database(folder)
        except StoreError as error:
            return Found(len(promises.questions) + len(promises.answers), [str(error)], opens=False)
        try:
            lost = [f"had to be repaired: {database.notice}"] if database.notice else []
            return Found(len(promises.questions) + len(promises.answers), lost + _lost(database, promises))
        finally:
            database.close()


def _one_turn(store: StoreThread, chat: int, number: int, chance: random.Random, say: Say) -> None:
    picture = _picture(number)
    question = Message.of("user", _text(number, 40), (picture.image,))
    asked = store.submit(lambda it: it.add_message(chat, question, (picture,))).result()
    say(f"question {asked} {hashlib.sha256(picture.data).hexdigest()}")
    answer = store.submit(lambda it: it.add_message(chat, Message.of("assistant", ""), state="open")).result()
    length = chance.choice((3, 200, 20_000))
    for part in range(4):
        store.answer(answer, _text(number, length * part // 4), "")
        time.sleep(NAP_SECONDS * chance.random())
    store.answer(answer, _text(number, length), "", "complete")
    if store.flush():
        say(f"answer {answer} {_digest(_text(number, length))}")
    if chance.random() < 0.2:
        say(f"dropping {answer}")
        store.submit(lambda it: it.truncate(chat, answer)).result()
    if chance.random() < 0.1:
        store.submit(lambda it: it.delete(chat)).result()
        store.submit(lambda it: it.restore(chat)).result()


def _picture(number: int) -> Picture:
    image = Image.of(1, 1, (number % 2**24).to_bytes(3, "big"))
    return Picture(image, random.Random(number).randbytes(20_000), "png", 200, 100, f"{number}.png")


def _text(number: int, length: int) -> str:
    return "".join(chr(0x21 + (i * 7 + number) % 90) for i in range(length))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _read(said: Sequence[str]) -> _Promises:
    promises = _Promises()
    for line in said:
        match line.split():
            case ["question", number, sha256]:
                promises.questions[int(number)] = sha256
            case ["answer", number, digest]:
                promises.answers[int(number)] = digest
            case ["dropping", number]:
                promises.dropping.add(int(number))
    return promises


def _lost(database: Database, promises: _Promises) -> list[str]:
    lost: list[str] = []
    chats = [row.id for row in database.conversations()] + [row.id for row in database.trash()]
    there = {message.id: message for chat in chats for message in database.messages(chat)}
    for number, sha256 in promises.questions.items():
        message = there.get(number)
        if message is None or [one.sha256 for one in message.pictures] != [sha256]:
            lost.append(f"question {number}")
            continue
        try:
            database.picture(sha256)
        except StoreError as error:
            lost.append(f"picture of question {number}: {error}")
    for number, digest in promises.answers.items():
        message = there.get(number)
        if message is None:
            if number not in promises.dropping:
                lost.append(f"answer {number}")
        elif _digest(message.message.text) != digest:
            lost.append(f"text of answer {number}")
    return lost
