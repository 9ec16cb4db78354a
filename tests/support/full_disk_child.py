"""An answer on a disk that fills up while it streams and has room again later. Run with the folder and how the disk is
made full: "fill" writes until nothing fits, "limit" lowers the largest size a file may have."""

from __future__ import annotations

import errno
import resource
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from fanlight.domain.errors import DiskFull, StoreError
from fanlight.domain.messages import Image, Message, Picture
from fanlight.store import thread as thread_module
from fanlight.store.database import Database
from fanlight.store.thread import StoreThread

LONG = "All that was shown before the disk was full, and after. " * 5000
PICTURE = Picture(Image.of(1, 1, b"red"), bytes(range(256)) * 1200, "png", 1, 1, "late.png")


def fill(folder: Path) -> Callable[[], None]:
    """Take all the room there is; the result gives it back."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (65536, 4096, 512, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
    return filler.unlink


def limit(folder: Path) -> Callable[[], None]:
    """No file may grow beyond what the database's log has now."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = (folder / "data" / "conversations.db-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, before)


def main(folder: Path, way: Callable[[Path], Callable[[], None]]) -> None:
    thread_module.SECONDS_BETWEEN_RETRIES = 0.05
    kind = DiskFull if way is fill else StoreError
    said: list[StoreError] = []
    told, recovered = threading.Event(), threading.Event()

    def hear(error: StoreError) -> None:
        said.append(error)
        told.set()

    store = StoreThread(folder / "data", hear, recovered.set)
    chat = store.submit(lambda it: it.create("chat")).result()
    store.submit(lambda it: it.add_message(chat, Message.of("user", "question"))).result()
    answer = store.submit(lambda it: it.add_message(chat, Message.of("assistant", ""), state="open")).result()
    store.answer(answer, LONG[:500], "")
    assert store.flush()

    make_room = way(folder)
    store.answer(answer, LONG[:200_000], "")
    assert told.wait(30), "a full disk was not said"
    store.answer(answer, LONG, "", "complete", "footer")
    assert not store.flush()
    assert len(store.submit(lambda it: it.messages(chat)).result()) == 2, "what is there can still be read"
    late = Message.of("user", "with a picture", (PICTURE.image,))
    assert isinstance(store.submit(lambda it: it.add_message(chat, late, (PICTURE,))).exception(), kind)
    assert not list((folder / "data" / "pictures").glob("*/*")), "half a picture was left"
    assert not recovered.is_set()

    make_room()
    assert recovered.wait(30), "it was not tried again"
    assert [type(error) for error in said] == [kind], said
    store.submit(lambda it: it.add_message(chat, late, (PICTURE,))).result()
    assert store.close()

    if way is fill:
        fill(folder)  # conversations can be read on a full disk, too
    database = Database(folder / "data")
    question, answered, second = database.messages(chat)
    assert question.message.text == "question"
    assert (answered.message.text, answered.state, answered.footer) == (LONG, "complete", "footer")
    assert database.picture(second.pictures[0].sha256) == PICTURE.data
    database.close()
    print("all there")


if __name__ == "__main__":
    main(Path(sys.argv[1]), {"fill": fill, "limit": limit}[sys.argv[2]])
