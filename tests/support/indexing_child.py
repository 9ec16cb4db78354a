"""A program that saves, indexes and searches until it is killed: `indexing_child.py FOLDER RUN`."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from fanlight.domain.messages import Message
from fanlight.store.database import Database


def main() -> None:
    database = Database(Path(sys.argv[1]))
    conversation = database.create("Killed")
    for number in itertools.count():
        word = f"word{sys.argv[2]}x{number}"
        database.add_message(conversation, Message.of("user", f"{word} and more of it"))
        print(word, flush=True)
        if number % 3 == 0:
            database.searching.index_some(0.01)
        if number % 7 == 0 and not database.searching.search(word).hits:
            print("error", flush=True)


if __name__ == "__main__":
    main()
