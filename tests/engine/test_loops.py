"""An answer that repeats one passage over and over is noticed, and what only looks like it is not."""

from __future__ import annotations

import random
import re

import pytest

from fanlight.engine.loops import LoopGuard

_PIECES = re.compile(r" ?[^\W\d_]{1,5}|\d| ?[^\w\s]{1,4}|\s+|\w|.", re.DOTALL)
_LATEST = 700
"""Tokens of letters after which a loop is to be noticed."""


class _Tokenizer:
    """Cuts text as models do: words and parts of words with the space before them, digits one at a time."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._numbers: dict[str, int] = {}

    def tokens(self, text: str) -> list[int]:
        return [self._number(piece) for piece in _PIECES.findall(text)]

    def bytes(self, token: int) -> bytes:
        return self._pieces[token].encode()

    def _number(self, piece: str) -> int:
        if piece not in self._numbers:
            self._numbers[piece] = len(self._pieces)
            self._pieces.append(piece)
        return self._numbers[piece]


def _noticed_at(text: str) -> int | None:
    """After how many tokens; None where it is not."""
    tokenizer = _Tokenizer()
    tokens = tokenizer.tokens(text)
    guard = LoopGuard(tokenizer.bytes)
    return next((i for i, token in enumerate(tokens, 1) if guard.add(token)), None)


_PROSE = (
    "The old lighthouse stood on the rock above the bay, and its lamp had burned every night for ninety years. Nobody "
    "in the village remembered who had built it. On clear evenings the children climbed up to count the ships. "
)
_PASSAGES = {
    "one word": " the",
    "two words": " and then",
    "a sentence": "The quick brown fox jumps over the lazy dog. ",
    "a paragraph": _PROSE,
    "German": "Das Wetter ist heute sehr schön, und wir gehen in den Park. ",
    "Russian": "Сегодня хорошая погода, и мы идём в парк. ",
    "Chinese": "今天天气很好，我们去公园散步。",
    "Arabic": "الطقس جميل اليوم ونحن ذاهبون إلى الحديقة. ",
    "Hindi": "आज मौसम बहुत अच्छा है और हम पार्क जा रहे हैं। ",
    "Japanese": "今日は天気がいいので公園に行きます。",
    "a line of a list": "- Answer the question as briefly as you can.\n",
    "code": "    result = compute(result)\n",
    "a heading": "\n\n## Conclusion\n\nIn conclusion, this is the conclusion.",
}


@pytest.mark.parametrize("passage", _PASSAGES.values(), ids=_PASSAGES)
def test_a_passage_over_and_over_is_noticed(passage: str) -> None:
    text = _PROSE + passage * (8_000 // len(passage) + 3)
    noticed = _noticed_at(text)
    assert noticed is not None
    assert noticed < _LATEST + len(_Tokenizer().tokens(_PROSE))


@pytest.mark.parametrize("passage", ["0", "=", " |", ". ", "1 2 3 ", "-\n"])
def test_what_has_no_letters_may_go_on_longer_but_not_for_ever(passage: str) -> None:
    noticed = _noticed_at(passage * 5_000)
    assert noticed is not None
    assert noticed > 1_000


def test_sentences_that_are_only_counted_up_are_a_loop() -> None:
    text = "".join(f"{i}. The committee approved the budget for the following year.\n" for i in range(10, 600))
    assert _noticed_at(text) is not None


def test_long_passages_are_noticed_at_their_third_time() -> None:
    random.seed(5)
    words = [" " + "".join(random.choices("abcdefghij", k=4)) for _ in range(400)]
    passage = "".join(words)
    assert _noticed_at(passage * 2) is None
    assert _noticed_at(passage * 4) is not None


def test_a_block_of_code_of_a_hundred_lines_is_noticed() -> None:
    names = random.Random(6)
    lines = (f"    {''.join(names.choices('abcdef', k=5))} = compute({names.randint(0, 99)}, key)\n" for _ in range(90))
    assert _noticed_at("".join(lines) * 2) is None
    lines = (f"    {''.join(names.choices('abcdef', k=5))} = compute({names.randint(0, 99)}, key)\n" for _ in range(90))
    assert _noticed_at("".join(lines) * 9) is not None


def _rows(count: int) -> str:
    random.seed(7)
    return "".join(
        f"| {i} | {random.choice(('Anna', 'Ben', 'Clara', 'Deniz'))} | {random.randint(1, 9)} | yes | no |\n"
        for i in range(100, 100 + count)
    )


def _csv(count: int) -> str:
    random.seed(8)
    rows = (f"sensor,2024-01-{1 + i % 28:02d},{random.uniform(10, 40):.2f},C,ok\n" for i in range(count))
    return "date,value,unit,state\n" + "".join(rows)


_NO_LOOPS = {
    "laughter": "He laughed: " + "ha " * 60 + "and then it was quiet.",
    "la la la": "na na na na na na na, hey, " * 12,
    "a table": "| no. | name | n | a | b |\n|---|---|---|---|---|\n" + _rows(250),
    "an empty table": "| | | | |\n|---|---|---|---|\n" + "| | | | |\n" * 40,
    "CSV": _csv(300),
    "a log": "".join(f"2024-05-01 10:{i // 60:02d}:{i % 60:02d} INFO heartbeat ok\n" for i in range(180)),
    "a matrix of zeros": "[" + ",\n".join("[" + ", ".join("0" * 16) + "]" for _ in range(16)) + "]",
    "a third": "1/3 = 0." + "3" * 900,
    "a seventh": "1/7 = 0." + "142857" * 150,
    "a googol": "1" + "0" * 100,
    "pi": "3." + "".join(random.Random(3).choices("0123456789", k=2000)),
    "a rule": "=" * 79 + "\n" + "-" * 79 + "\n" + "Heading\n" + "=" * 79,
    "leaders": "".join(f"Chapter {i} {'.' * 60} {i * 7}\n" for i in range(40)),
    "a numbered list": "".join(f"{i}. Item {i}\n" for i in range(1, 300)),
    "test results": "".join(f"test case {i}: passed\n" for i in range(1, 200)),
    "closing tags": "</div>\n" * 30 + "</body>\n</html>\n",
    "empty cells": "<tr><td></td><td></td><td></td></tr>\n" * 12,
    "JSON": "[" + ",\n".join(f'{{"id": {i}, "active": true, "tags": [], "owner": null}}' for i in range(60)) + "]",
    "an enumeration": "".join(f"    KEY_{chr(65 + i)}{chr(65 + j)} = auto()\n" for i in range(10) for j in range(26)),
    "assembler": "".join(f"    mov r{i % 16}, r{i * i % 13}\n    nop\n" for i in range(120)),
    "a refrain": "".join(_PROSE[i * 20 : i * 20 + 160] + "\nRow, row, row your boat,\n" for i in range(6)),
    "a spelled alphabet": " ".join("abcdefghijklmnopqrstuvwxyz") * 3,
    "a chess board": "r n b q k b n r\n" + "p " * 8 + "\n" + (". " * 8 + "\n") * 4 + "P " * 8 + "\nR N B Q K B N R\n",
}  # fmt: skip


@pytest.mark.parametrize("text", _NO_LOOPS.values(), ids=_NO_LOOPS)
def test_what_only_looks_like_a_loop_is_none(text: str) -> None:
    assert _noticed_at(text) is None


def test_a_loop_is_noticed_however_long_the_answer_was_before() -> None:
    words = random.Random(1)
    before = " ".join("".join(words.choices("abcdefghij", k=5)) for _ in range(9_000))
    assert _noticed_at(before) is None
    noticed = _noticed_at(before + " and so on" * 500)
    assert noticed is not None
