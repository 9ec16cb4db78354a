"""What is left to do is known at once, and is right after every change."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from fanlight.domain.picture_finding import IndexProgress, KnownPicture, PicturePlace, UnreadPicture
from fanlight.store.picture_index import PictureIndex
from fanlight.store.picture_tables import KEPT
from fanlight.store.unread_pictures import AHEAD, UnreadPictures, WhatToRead

SEEN = np.eye(8, dtype=np.float32)[0]


def files(numbers: range, stamp: str = "1") -> list[KnownPicture]:
    return [KnownPicture(PicturePlace(f"/f/{number}"), str(number), float(number), stamp) for number in numbers]


def kept(numbers: range) -> list[KnownPicture]:
    return [KnownPicture(PicturePlace(f"{number:064x}", kept=True), str(number), float(number)) for number in numbers]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[PictureIndex]:
    with closing(PictureIndex(tmp_path)) as opened:
        opened.use_space("space")
        yield opened


def next_title(index: PictureIndex) -> str:
    unread = index.next_unread(vectors=True, texts=True)
    return unread.place.where.removeprefix("/f/") if unread is not None else ""


def test_many_pictures_cost_as_much_as_a_few_each(index: PictureIndex) -> None:
    """A whole look at the table for each picture takes hours of a processor for 200,000."""
    index.sync("/f", files(range(2_000)))
    ticks = [0]

    def tick() -> int:
        ticks[0] += 1
        return 0

    index.next_unread(vectors=True, texts=True)
    index.progress(vectors=True, texts=True)
    index._connection.set_progress_handler(tick, 100)
    for done in range(1, 101):
        unread = index.next_unread(vectors=True, texts=True)
        assert unread is not None
        assert unread.place.where == f"/f/{2_000 - done}"
        index.write(unread.place, SEEN, "word")
        assert index.progress(vectors=True, texts=True) == IndexProgress(2_000, 2_000 - done)
    index._connection.set_progress_handler(None, 0)
    assert 100 * ticks[0] < 100 * 2_000, "fewer steps of the database for a picture than there are pictures"


def test_all_are_read_once_the_newest_first(index: PictureIndex) -> None:
    count = 2 * AHEAD + 5
    index.sync("/f", files(range(count)))
    done = []
    while title := next_title(index):
        assert next_title(index) == title, "until it is read"
        index.write(PicturePlace(f"/f/{title}"), SEEN, "word")
        done.append(int(title))
    assert done == list(range(count))[::-1]


def test_what_was_looked_for_ahead_is_looked_at_again(index: PictureIndex) -> None:
    index.sync("/f", files(range(5)))
    assert next_title(index) == "4"
    index.forget(PicturePlace("/f/4"))
    assert next_title(index) == "3"
    index.write(PicturePlace("/f/3"), SEEN, "word")
    index.write(PicturePlace("/f/2"), SEEN)
    assert index.next_unread(vectors=True, texts=True) == UnreadPicture(PicturePlace("/f/2"), False, True)
    assert index.next_unread(vectors=True, texts=False) == UnreadPicture(PicturePlace("/f/1"), True, False)
    index.sync("/f", files(range(9)))
    assert next_title(index) == "8"
    index.keep_origins([])
    assert next_title(index) == ""
    index.sync("/f", files(range(2)))
    assert next_title(index) == "1"
    index.clear()
    assert next_title(index) == ""


def test_another_embedder_and_changed_files_are_seen(index: PictureIndex) -> None:
    index.sync("/f", files(range(2)))
    for number in (1, 0):
        index.write(PicturePlace(f"/f/{number}"), SEEN, "word")
    assert next_title(index) == ""
    assert index.progress(vectors=True, texts=True).unread == 0
    index.use_space("another")
    assert next_title(index) == "1"
    assert index.progress(vectors=True, texts=True).unread == 2


def test_the_text_in_kept_pictures_can_be_left_alone(index: PictureIndex) -> None:
    index.sync(KEPT, kept(range(1)))
    index.sync("/f", files(range(1)))
    place = kept(range(1))[0].place
    assert index.progress(vectors=False, texts=True, kept_texts=False) == IndexProgress(2, 1)
    assert index.next_unread(vectors=False, texts=True, kept_texts=False) == UnreadPicture(
        PicturePlace("/f/0"), False, True
    )
    index.write(PicturePlace("/f/0"), SEEN, "word")
    assert index.next_unread(vectors=False, texts=True, kept_texts=False) is None
    assert index.next_unread(vectors=True, texts=True, kept_texts=False) == UnreadPicture(place, True, False)
    assert index.next_unread(vectors=True, texts=True) == UnreadPicture(place, True, True)


@pytest.mark.parametrize("seed", range(3))
def test_what_was_counted_stays_true(index: PictureIndex, seed: int) -> None:
    chance = random.Random(seed)
    places = [one.place for one in [*files(range(12)), *kept(range(12))]]
    for _step in range(150):
        place = chance.choice(places)
        match chance.randrange(9):
            case 0:
                index.sync("/f", files(range(chance.randrange(12)), chance.choice("12")))
            case 1:
                index.sync(KEPT, kept(range(chance.randrange(12))))
            case 2:
                index.forget(place)
            case 3:
                index.use_space(chance.choice(["space", "another"]))
            case 4:
                index.write(place, text="word")
            case 5:
                index.write(place, SEEN)
            case 6:
                index.keep_origins([KEPT])
            case _:
                index.write(place, SEEN, "word")
        for wanted in (WhatToRead(True, True, True), WhatToRead(False, True, False), WhatToRead(True, False, True)):
            vectors, texts, kept_texts = wanted
            fresh = UnreadPictures(index._connection)
            assert index.progress(vectors=vectors, texts=texts, kept_texts=kept_texts) == fresh.progress(wanted)
            unread = index.next_unread(vectors=vectors, texts=texts, kept_texts=kept_texts)
            assert unread == fresh.next(wanted)
