"""Conversations to show and to measure with: short answers of every shape, a long one, and 500 messages."""

from __future__ import annotations

import random

from fanlight.core.chat.entry import TranscriptEntry

PROSE = (
    "The picture shows a narrow street in the late afternoon, and the light falls from the left across the paving. "
    "Two people stand near a shop window; one of them points at something that is out of the frame. "
    "What looks like a reflection is in fact a second window behind the first, as the **doubled edge** shows. "
    "The sign above the door is hard to read, but the first letters are probably `CAF`, which fits the chairs outside. "
)

CODE = '''import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Circle:
    """A circle in the picture, in pixels."""

    x: float
    y: float
    radius: float = 1.0

    def area(self) -> float:
        return math.pi * self.radius**2  # pixels squared


print(sum(circle.area() for circle in [Circle(10, 12, 4), Circle(40, 8)]))'''

SHAPES = f"""## What is in the picture

There are **three circles**, *one* square and ~~two~~ no triangles. The largest is the circle `#2` at the top left.

| Shape | Colour | Where | Size |
|:------|:------:|-------|-----:|
| circle | red | top left | 48 |
| circle | blue | middle | 31 |
| square | green | bottom right | 22 |

1. Look at the colours first:
   - red and blue are far apart,
   - green lies between them.
2. Then count again.
3. Only then answer.

- [x] counted
- [ ] measured

> A picture is worth a thousand words, but only if someone
> reads it slowly.

```python
{CODE}
```

More about this at <https://example.org/shapes> or in [the handbook](https://example.org/handbook "Handbook").

---

That is all I can see.
"""

SHORT = "There are **3** circles: two red ones at the top and a blue one in the middle."

MIXED_SCRIPTS = """The sign says שלום עולם in Hebrew, which means "hello world".

שלום עולם, זה משפט בעברית עם 3 מילים באנגלית: one two three.

مرحبا بالعالم

日本語の看板もあります。😀 Ω ≈ 3.14
"""

SHELL = """Run this in a terminal:

```bash
for f in *.png; do
    convert "$f" -resize 50% "small/$f"   # keeps the name
done
```

and then

```json
{"images": ["small/a.png"], "question": "How many circles?", "seed": 7}
```
"""

ANSWERS = (SHORT, SHAPES, PROSE, SHELL, MIXED_SCRIPTS)

QUESTIONS = (
    "How many circles are there?",
    "What colour is the largest shape, and where is it?\nPlease answer in one sentence.",
    "Describe the picture.",
    "Write a small program that adds up their areas.",
)


def long_answer(characters: int = 16_000, seed: int = 1) -> str:
    """An answer with prose, lists, tables and code, cut to exactly `characters`."""
    chance = random.Random(seed)
    parts: list[str] = []
    while sum(len(part) + 2 for part in parts) < characters:
        kind = chance.randrange(6)
        if kind == 0:
            parts.append(f"## Part {len(parts) + 1}")
        if kind in (0, 1, 2):
            parts.append(PROSE * chance.randint(1, 3))
        elif kind == 3:
            parts.append("\n".join(f"{i}. {PROSE[20 * i : 20 * i + 90]}" for i in range(1, chance.randint(4, 12))))
        elif kind == 4:
            rows = "\n".join(f"| {i} | circle {i} | {chance.random():.3f} |" for i in range(chance.randint(3, 20)))
            parts.append("| n | shape | size |\n|---|---|---|\n" + rows)
        else:
            parts.append(f"```python\n{CODE}\n```")
    return "\n\n".join(parts)[:characters]


def one_code_block(lines: int = 600) -> str:
    body = CODE.splitlines()
    return "```python\n" + "\n".join(body[i % len(body)] for i in range(lines)) + "\n```\n"


def one_table(rows: int = 600) -> str:
    return "| n | shape | size |\n|---|---|---|\n" + "\n".join(
        f"| {i} | circle *{i}* | {i * 1.5} |" for i in range(rows)
    )


def one_list(items: int = 100) -> str:
    return "\n".join(f"- item {i}: {PROSE[i : i + 80]}" for i in range(items))


def conversation(messages: int = 500) -> list[TranscriptEntry]:
    """Questions and answers in turn, the last one an answer."""
    entries = []
    for i in range(messages):
        if (messages - i) % 2 == 0:
            entries.append(TranscriptEntry("user", QUESTIONS[i % len(QUESTIONS)]))
        else:
            entries.append(
                TranscriptEntry("assistant", ANSWERS[(i // 2) % len(ANSWERS)], footer="0.4 s to the first word")
            )
    return entries
