"""However an answer is cut into pieces, the same blocks come out."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.ui.blocks import Block, Op, plain
from fanlight.ui.stream import Stream
from support.chat_samples import ANSWERS, long_answer

LINES = st.sampled_from(
    [
        "", "", "word and more", "**bold** and `code`", "# Title", "---", "===", "- item", "- [x] done", "  - nested",
        "* star", "1. one", "2. two", "7) seven", "   indented", "    code", "\ttab", "> quote", "> - quoted item", ">",
        "```python", "```", "~~~", "  ```", "    ```", "def f():", "| a | b |", "|---|:-:|", "| 1 | 2 |", "a | b",
        "-", "+", "1.", "- ```", "  more", "![x](y.png)", "[l](http://a.b/c)", "[r]: http://x.y", "https://q.r/s?t=1.",
        "<b>html</b>", "/* open", "close */", '"""', "x" * 300, "word " * 90, "- " + "long " * 900, "long words " * 420,
    ]
)  # fmt: skip


def whole(text: str) -> list[Op]:
    stream = Stream()
    stream.feed(text)
    stream.finish()
    return stream.settled()


def in_pieces(text: str, cuts: list[int]) -> list[Op]:
    stream, out, at = Stream(), [], 0
    for cut in [*sorted(cuts), len(text)]:
        stream.feed(text[at:cut])
        out += stream.settled()
        stream.tail()
        at = cut
    stream.finish()
    return out + stream.settled()


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


@pytest.mark.parametrize("seed", range(4))
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
