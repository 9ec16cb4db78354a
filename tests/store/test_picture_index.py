"""The index of pictures: what is to be read, what is found, and what must be gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from fanlight.domain.errors import StoreError
from fanlight.domain.picture_finding import IndexProgress, KnownPicture, PicturePlace, UnreadPicture
from fanlight.domain.search import parse_query
from fanlight.store.picture_index import PictureIndex
from fanlight.store.picture_tables import FILE, KEPT
from fanlight.store.vector_table import Floats

ALL = 50


def kept(name: str, title: str = "", taken: float = 0.0) -> KnownPicture:
    return KnownPicture(PicturePlace(name, kept=True), title or name, taken)


def file(path: str, title: str = "", taken: float = 0.0, stamp: str = "1") -> KnownPicture:
    return KnownPicture(PicturePlace(path), title or path, taken, stamp)


def axis(place: int, width: int = 8) -> Floats:
    vector = np.zeros(width, np.float32)
    vector[place] = 1
    return vector


def found(index: PictureIndex, words: str, vector: Floats | None = None, least: float = 0.5) -> list[str]:
    return [hit.place.where for hit in index.find(parse_query(words), vector, least, ALL)]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[PictureIndex]:
    with closing(PictureIndex(tmp_path)) as opened:
        opened.use_space("space")
        yield opened


def test_what_is_left_to_do_survives(tmp_path: Path) -> None:
    with closing(PictureIndex(tmp_path)) as index:
        index.use_space("space")
        index.sync(KEPT, [kept("a", taken=1), kept("b", taken=2)])
        assert index.next_unread(vectors=True, texts=True) == UnreadPicture(PicturePlace("b", kept=True), True, True)
        index.write(PicturePlace("b", kept=True), axis(0), "text")
    with closing(PictureIndex(tmp_path)) as index:
        index.use_space("space")
        assert index.progress(vectors=True, texts=True) == IndexProgress(2, 1)
        assert index.next_unread(vectors=True, texts=True) == UnreadPicture(PicturePlace("a", kept=True), True, True)
        index.write(PicturePlace("a", kept=True), np.zeros(0, np.float32), "")
        assert index.next_unread(vectors=True, texts=True) is None
        assert found(index, "text") == ["b"]
        assert found(index, "x", axis(0)) == ["b"]


def test_without_an_embedder_or_ocr_only_the_other_is_to_do(index: PictureIndex) -> None:
    index.sync(KEPT, [kept("a")])
    assert index.next_unread(vectors=False, texts=True) == UnreadPicture(PicturePlace("a", kept=True), False, True)
    index.write(PicturePlace("a", kept=True), text="words")
    assert index.next_unread(vectors=False, texts=True) is None
    assert index.progress(vectors=False, texts=True).unread == 0
    assert index.progress(vectors=True, texts=True).unread == 1


def test_one_ranking_of_sight_words_and_date(index: PictureIndex) -> None:
    index.sync(KEPT, [kept("seen", taken=2), kept("read", taken=1), kept("both"), kept("none")])
    for name, place, text in (("seen", 0, ""), ("read", 1, "red car"), ("both", 0, "a red car"), ("none", 2, "else")):
        index.write(PicturePlace(name, kept=True), axis(place), text)
    assert found(index, "red car", axis(0)) == ["both", "seen", "read"]
    assert found(index, "red car") == ["read", "both"]
    hits = index.find(parse_query("red car"), axis(0), 0.5, ALL)
    assert hits[0].similarity == pytest.approx(1, abs=0.01)
    assert hits[-1].similarity is None


def test_words_are_folded_and_found_in_titles_and_inside_of_words(index: PictureIndex) -> None:
    index.sync("/f", [file("/f/1", "Straßencafé.png"), file("/f/2", "b.png"), file("/f/3", "c.png", taken=5)])
    index.write(PicturePlace("/f/2"), text="Rechnung 4711 東京駅")
    index.write(PicturePlace("/f/3"), text="Abrechnung")
    assert found(index, "cafe") == ["/f/1"]
    assert found(index, "rechnung") == ["/f/2", "/f/3"]
    assert found(index, "京") == ["/f/2"]
    assert found(index, "rechnung -4711") == ["/f/3"]
    assert found(index, "b.png rechnung") == ["/f/2"], "one in the title, the other in the text"
    assert found(index, "%' OR 1=1 --") == []


@pytest.mark.parametrize("words", ["x", "xy", "xyz"])
def test_of_many_the_newest_are_found_however_short_the_word_is(index: PictureIndex, words: str) -> None:
    """Short words are looked for in another way, newest first."""
    pictures = [kept(str(number), "xyz", taken=float(number * 7 % 2003)) for number in range(1, 1500)]
    index.sync(KEPT, pictures)
    newest = sorted(pictures, key=lambda one: -one.taken)
    assert found(index, words) == [one.place.where for one in newest[:ALL]]


def test_filters_of_time(index: PictureIndex) -> None:
    old, new = 1_700_000_000, 1_770_000_000
    index.sync("/f", [file("/f/old", taken=old), file("/f/new", taken=new)])
    for name in ("old", "new"):
        index.write(PicturePlace(f"/f/{name}"), axis(0), "word")
    assert found(index, "word after:2026-01", axis(0)) == ["/f/new"]
    assert found(index, "word before:2025", axis(0)) == ["/f/old"]


def test_what_is_gone_is_forgotten(index: PictureIndex, tmp_path: Path) -> None:
    index.sync(KEPT, [kept("a"), kept("b")])
    index.sync("/f", [file("/f/1")])
    for where, is_kept in (("a", True), ("b", True), ("/f/1", False)):
        index.write(PicturePlace(where, kept=is_kept), axis(0), "hidden treasure")
    assert len(found(index, "treasure", axis(0))) == 3
    index.sync(KEPT, [kept("b")])
    assert set(found(index, "treasure", axis(0))) == {"b", "/f/1"}
    index.keep_origins([KEPT])
    assert found(index, "treasure", axis(0)) == ["b"]
    index.sync(KEPT, [])
    assert index.progress(vectors=True, texts=True).total == 0
    assert not any(b"treasure" in path.read_bytes() for path in tmp_path.iterdir())


def test_a_late_result_of_a_forgotten_picture_is_dropped(index: PictureIndex) -> None:
    index.write(PicturePlace("gone", kept=True), axis(0), "word")
    assert index.progress(vectors=True, texts=True).total == 0
    assert found(index, "word", axis(0)) == []


def test_a_changed_file_is_read_again_and_a_new_title_is_not(index: PictureIndex) -> None:
    index.sync("/f", [file("/f/1", "one"), file("/f/2", "two")])
    for name in "12":
        index.write(PicturePlace(f"/f/{name}"), axis(0), "word")
    assert len(found(index, "word", axis(0))) == 2
    index.sync("/f", [file("/f/1", "other", taken=3), file("/f/2", "two", stamp="2")])
    assert found(index, "other word", axis(0)) == ["/f/1"]
    assert index.next_unread(vectors=True, texts=True) == UnreadPicture(PicturePlace("/f/2"), True, True)
    assert found(index, "word") == ["/f/1"]


def test_another_embedder_makes_all_vectors_anew(index: PictureIndex) -> None:
    index.sync(KEPT, [kept("a")])
    index.write(PicturePlace("a", kept=True), axis(0), "word")
    index.use_space("space")
    assert found(index, "x", axis(0)) == ["a"]
    index.use_space("another")
    assert found(index, "x", axis(0)) == []
    assert index.next_unread(vectors=True, texts=True) == UnreadPicture(PicturePlace("a", kept=True), True, False)
    index.write(PicturePlace("a", kept=True), axis(1, 16))
    assert found(index, "x", axis(1, 16)) == ["a"]


def test_more_like_this(index: PictureIndex) -> None:
    index.sync(KEPT, [kept(name) for name in "abcd"])
    mixed = np.array([0.7, 0.7, *[0] * 6], np.float32)
    for name, vector in (("a", axis(0)), ("b", axis(2)), ("c", mixed)):
        index.write(PicturePlace(name, kept=True), vector)
    like = [hit.place.where for hit in index.find_similar(PicturePlace("a", kept=True), 5)]
    assert like[0] == "c"
    assert "a" not in like
    assert index.find_similar(PicturePlace("d", kept=True), 5) == []


def test_names_that_are_no_text(index: PictureIndex) -> None:
    where = os.fsdecode(b"/f/\xff.png")
    index.sync(os.fsdecode(b"/f\xfe"), [file(where, "x.png")])
    assert found(index, "x") == [where]


def test_damage_and_other_versions_cost_the_index_alone(tmp_path: Path) -> None:
    for content in (b"no database" * 99, b"SQLite format 3\0" + bytes(4000)):
        (tmp_path / FILE).write_bytes(content)
        with closing(PictureIndex(tmp_path)) as index:
            index.sync(KEPT, [kept("a")])
            assert found(index, "a") == ["a"]
            index._connection.execute("PRAGMA user_version = 99")
    with closing(PictureIndex(tmp_path)) as index:
        assert index.progress(vectors=True, texts=True).total == 0


def test_an_index_that_cannot_be_reached_is_an_error_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(StoreError) as error:
        PictureIndex(tmp_path)
    assert error.value.hint


def test_emptied(index: PictureIndex, tmp_path: Path) -> None:
    index.sync(KEPT, [kept("a", "secret")])
    index.write(PicturePlace("a", kept=True), axis(0), "secret")
    index.clear()
    assert index.progress(vectors=True, texts=True).total == 0
    assert not any(b"secret" in path.read_bytes() for path in tmp_path.iterdir())


_WRITER = """
import sys, numpy as np
from pathlib import Path
from fanlight.domain.picture_finding import KnownPicture, PicturePlace
from fanlight.store.picture_index import PictureIndex
index = PictureIndex(Path(sys.argv[1]))
index.use_space("space")
index.sync("/f", [KnownPicture(PicturePlace(f"/f/{n}"), str(n), float(n), "1") for n in range(5000)])
while (unread := index.next_unread(vectors=True, texts=True)) is not None:
    index.write(unread.place, np.eye(8, dtype=np.float32)[0], "word")
    print(unread.place.where, flush=True)
"""


def test_kill_9_while_indexing_loses_nothing(tmp_path: Path) -> None:
    done: list[str] = []
    for _again in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout is not None
            done += [child.stdout.readline().strip() for _line in range(25)]
            time.sleep(0.003)
            os.kill(child.pid, signal.SIGKILL)
            done += child.stdout.read().split()
    assert len(set(done)) == len(done), "none was done twice"
    with closing(PictureIndex(tmp_path)) as index:
        index.use_space("space")
        progress = index.progress(vectors=True, texts=True)
        assert progress.total == 5000
        assert 0 <= (progress.total - progress.unread) - len(done) <= 3, "at most the one that was not said"
        whole = "SELECT place FROM picture JOIN words USING (id) WHERE length(vector) > 0 AND text = 'word'"
        kept_whole = {os.fsdecode(place) for (place,) in index._connection.execute(whole)}
        assert set(done) <= kept_whole
        assert index.find(parse_query("word"), axis(0), 0.5, 10_000)
