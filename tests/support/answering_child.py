"""A program that asks and answers until it is killed, and says on stdout what it has saved and shown, and when.

saved MESSAGE          a question is promised to be on disk
open MESSAGE           an answer begins
shown MESSAGE N TIME   its first N characters were on the screen at TIME (time.monotonic, the same for all processes)
done MESSAGE N         all N characters are promised to be on disk, as complete
"""

from __future__ import annotations

import os
import random
import sys
import time
from pathlib import Path

from fanlight.domain.messages import Image, Message, Picture
from fanlight.store.thread import StoreThread


def question(message_number: int) -> str:
    return f"question {message_number} " * 20


def answer(length: int) -> str:
    return "".join(chr(0x21 + i * 7 % 90) for i in range(length))


def picture(seed: int) -> Picture:
    image = Image.of(2, 2, seed.to_bytes(12, "big"))
    return Picture(image, random.Random(seed).randbytes(50_000), "png", 200, 100, f"{seed}.png")


def say(line: str) -> None:
    os.write(1, (line + "\n").encode())


def main(folder: Path, seed: int) -> None:
    chance = random.Random(seed)
    store = StoreThread(folder, lambda error: say(f"error {error}"))
    chat = store.submit(lambda database: database.create(f"run {seed}")).result()
    number = 0
    while True:
        number += 1
        shown = picture(seed * 1000 + number)
        asked = Message.of("user", question(number), (shown.image,))
        message_id = store.submit(lambda it, a=asked, p=shown: it.add_message(chat, a, (p,))).result()  # type: ignore[misc]
        say(f"saved {message_id}")
        answer_id = store.submit(lambda it: it.add_message(chat, Message.of("assistant", ""), state="open")).result()
        say(f"open {answer_id}")
        length = chance.choice((3, 60, 400, 3000))
        for count in range(1, length + 1):
            store.answer(answer_id, answer(count), "")
            say(f"shown {answer_id} {count} {time.monotonic()}")
            time.sleep(0.005)
        store.answer(answer_id, answer(length), "", "complete")
        if store.flush():
            say(f"done {answer_id} {length}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
