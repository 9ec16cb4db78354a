"""However an answer is cut into pieces, the same blocks come out."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight import i18n
from fanlight.markdown.blocks import Block, Op, plain
from fanlight.markdown.stream import MarkdownStream
from support.chat_samples import ANSWERS, long_answer
from support.markdown_lines import LINES


def whole(text: str) -> list[Op]:
    stream = MarkdownStream()
    stream.feed(text)
    stream.finish()
    return stream.pop_committed()


def test_a_picture_without_a_description_is_named_in_the_users_language(catalogs: Path) -> None:
    assert plain(whole("![](a.png)")[0]) == "[picture]"
    i18n.use("de", catalogs)
    try:
        assert plain(whole("![](a.png)")[0]) == "[Bild]"
    finally:
        i18n.use("en")


def in_pieces(text: str, cuts: list[int]) -> list[Op]:
    stream, out, at = MarkdownStream(), [], 0
    for cut in [*sorted(cuts), len(text)]:
        stream.feed(text[at:cut])
        out += stream.pop_committed()
        stream.pending()
        at = cut
    stream.finish()
    return out + stream.pop_committed()


@given(st.lists(LINES, max_size=14), st.data())
def test_any_cut_gives_the_blocks_of_one_reading(lines: list[str], data: st.DataObject) -> None:
    text = "\n".join(lines)
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=12))
    assert in_pieces(text, cuts) == whole(text)


@given(st.lists(LINES, max_size=10))
def test_line_by_line_gives_the_blocks_of_one_reading(lines: list[str]) -> None:
    text = "\n".join(lines)
    ends = [i + 1 for i, letter in enumerate(text) if letter == "\n"]
    assert in_pieces(text, ends) == whole(text)


@given(st.text(alphabet="ab \n-*_`>#|:[]()!~1.\\<&\t", max_size=80), st.data())
def test_any_cut_of_any_marks_gives_the_blocks_of_one_reading(text: str, data: st.DataObject) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=20))
    assert in_pieces(text, cuts) == whole(text)


@pytest.mark.parametrize("seed", range(2))
def test_answers_in_tokens_give_the_blocks_of_one_reading(seed: int) -> None:
    chance = random.Random(seed)
    for text in (*ANSWERS, long_answer(16_000)):
        cuts, at = [], 0
        while at < len(text):
            at += chance.randint(1, 9)
            cuts.append(min(at, len(text)))
        assert in_pieces(text, cuts) == whole(text)


@given(st.lists(LINES, max_size=12))
def test_no_word_is_lost(lines: list[str]) -> None:
    shown = "".join(plain(op) + (op.marker if isinstance(op, Block) else "") for op in whole("\n".join(lines)))
    for line in lines:
        for word in ("bold", "Title", "item", "nested", "quoted", "indented", "html"):
            assert shown.count(word) >= int(word in line)


@pytest.mark.parametrize(
    ("so_far", "shown"),
    [
        ("Here is **bo", "Here is bo"), ("Here is **", "Here is "), ("Here is **bold*", "Here is bold"),
        ("Use `ls", "Use ls"), ("Use `", "Use "), ("See [the pa", "See the pa"),
        ("See [the page](http://x", "See the page"),
        ("Text\n-", "Text"), ("Text\n--", "Text"), ("Text\n1", "Text"), ("Text\n```py", "Text"), ("Text\n|--", "Text"),
        ("Text\n#", "Text"), ("a * b", "a * b"),
    ],
)  # fmt: skip
def test_half_written_marks_do_not_flash_up(so_far: str, shown: str) -> None:
    stream = MarkdownStream()
    stream.feed(so_far)
    pending = [op for op in stream.pop_committed() + stream.pending() if isinstance(op, Block)]
    assert [op.kind for op in pending] == ["text"]
    assert plain(pending[0]).rstrip() == shown.rstrip()


def test_a_row_is_shown_when_its_line_is_whole() -> None:
    stream = MarkdownStream()
    stream.feed("| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | ")
    assert [plain(op) for op in stream.pending()] == ["a\tb\n1\t2"]
    stream.feed("4 |\n")
    assert [plain(op) for op in stream.pending()] == ["a\tb\n1\t2\n3\t4"]
