"""Scores of the exported pair, by kind, on pictures and wordings that were never trained on.

python -m recipe.evaluate [--pictures 400] [--photos FOLDER]
"""

from __future__ import annotations

import argparse
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from random import Random

from PIL import Image

from recipe.draw import picture, worn
from recipe.export import HOME
from recipe.questions import (
    PLACES,
    REFUSAL,
    Turn,
    absent,
    capital,
    colours_answer,
    describe,
    full,
    matching,
    name,
    where_answer,
)
from recipe.run import Pair, prompt
from recipe.scenes import COLOURS, KINDS, Scene, number_scene, other_scene, shapes_scene
from recipe.wordings import article

HELD = tomllib.loads(Path(__file__).with_name("heldout.toml").read_text("utf-8"))


def say(random: Random, kind: str, **parts: str) -> str:
    text: str = random.choice(HELD[kind])
    for key, value in parts.items():
        text = text.replace("{" + key + "}", value).replace("{" + key.upper() + "}", value.upper())
    return re.sub(r"\b([Aa]) (?=[aeiou])", r"\1n ", text)


def asked(random: Random, scene: Scene) -> Iterator[Turn]:
    """One turn a kind that this scene allows."""
    kind, colour = random.choice(KINDS), random.choice(COLOURS)
    if scene.shapes and random.random() < 0.7:
        one = random.choice(scene.shapes)
        kind, colour = one.kind, one.colour
    else:
        one = None

    def counted(k: str, c: str) -> str:
        n = len(matching(scene, k, c))
        return f"There {'is' if n == 1 else 'are'} {n or 'no'} {name(k, c, n != 1)}."

    yield Turn("count_all", say(random, "count_all"), counted("", ""))
    yield Turn("count_kind", say(random, "count_kind", k=kind), counted(kind, ""))
    yield Turn("count_colour", say(random, "count_colour", c=colour), counted("", colour))
    yield Turn("count_both", say(random, "count_both", k=kind, c=colour), counted(kind, colour))
    yield Turn("describe", say(random, "describe"), describe(random, scene).turn.answer)
    k2, c2 = random.choice(KINDS), random.choice(COLOURS)
    if scene.shapes and random.random() < 0.5:
        two = random.choice(scene.shapes)
        k2, c2 = two.kind, two.colour

    def there(k: str, c: str) -> str:
        return f"Yes, there is {article(name(k, c))}." if matching(scene, k, c) else f"No, there is no {name(k, c)}."

    yield Turn("exists", say(random, "exists_both", k=k2, c=c2), there(k2, c2))
    yield Turn("exists", say(random, "exists_kind", k=k2), there(k2, ""))
    yield Turn("exists", say(random, "exists_colour", c=c2), there("", c2))
    if len(matching(scene, kind, "")) <= 1:
        yield Turn("colour", say(random, "colour", k=kind), colours_answer(matching(scene, kind, ""), kind))
        yield Turn("where", say(random, "where_kind", k=kind), where_answer(matching(scene, kind, ""), kind, ""))
    found = matching(scene, "", colour)
    if len(found) <= 1:
        yield Turn(
            "shape",
            say(random, "shape", c=colour),
            f"The {colour} one is {article(found[0].kind)}." if found else absent("", colour),
        )
    if len(matching(scene, kind, colour)) <= 1:
        yield Turn(
            "where",
            say(random, "where_both", k=kind, c=colour),
            where_answer(matching(scene, kind, colour), kind, colour),
        )
    if one is not None and sum(s.cell == one.cell for s in scene.shapes) == 1:
        place = PLACES[one.cell]
        yield Turn("shape_at", say(random, "shape_at", p=place), f"The shape {place} is {article(one.kind)}.")
        yield Turn("colour_at", say(random, "colour_at", p=place), f"The shape {place} is {one.colour}.")
    single = [s for s in scene.shapes if len(matching(scene, s.kind, s.colour)) == 1]
    pairs = [(a, b) for a in single for b in single if a.larger_than(b)]
    if pairs:
        a, b = random.choice(pairs)
        both = [name(a.kind, a.colour), name(b.kind, b.colour)]
        order = both if random.random() < 0.5 else both[::-1]
        yield Turn("larger", say(random, "larger", a=order[0], b=order[1]), capital(f"the {both[0]} is larger."))
        yield Turn("larger", say(random, "smaller", a=order[0], b=order[1]), capital(f"the {both[1]} is smaller."))
    if len(scene.shapes) > 2:
        for sort, end in (("largest", True), ("smallest", False)):
            best = [
                s
                for s in scene.shapes
                if all(s is o or (s.larger_than(o) if end else o.larger_than(s)) for o in scene.shapes)
            ]
            if best:
                yield Turn("largest", say(random, sort), f"The {name(best[0].kind, best[0].colour)} is the {sort}.")
    if scene.shapes and single:
        first = random.choice(single)
        yield Turn(
            "follow", f"Is there {full(first)}?|What about its position, where is it?", f"It is {PLACES[first.cell]}."
        )
        yield Turn(
            "follow", f"Where is the {name(first.kind, first.colour)}?|and what colour is it?", f"It is {first.colour}."
        )


def facts(answer: str) -> str:
    """What an answer claims: small words and punctuation gone."""
    return " ".join(
        w
        for w in re.findall(r"\w+", answer.lower())
        if w not in ("the", "a", "an", "is", "are", "at", "on", "in", "there", "one")
    )


def measure(pair: Pair, pictures: int, seed: str, show: int = 40) -> dict[str, tuple[int, int]]:
    """Right and asked by kind; prints the first `show` mistakes."""
    random = Random(seed)
    scores: dict[str, list[int]] = defaultdict(lambda: [0, 0])

    def check(turn: Turn, image: Image.Image | None, note: str) -> None:
        nonlocal show
        questions = turn.question.split("|")
        images = [image] if image else []
        said: list[tuple[str, str | None]] = []
        for question in questions:
            said.append((question, None))
            answer, _ = pair.answer(prompt(said, bool(images)), images)
            said[-1] = (question, answer)
        right = facts(answer) == facts(turn.answer)
        scores[turn.kind][0] += right
        scores[turn.kind][1] += 1
        if not right and show > 0:
            show -= 1
            print(f"  {turn.kind}: {turn.question!r} -> {answer!r}, not {turn.answer!r} {note}")

    for k in range(pictures):
        scene = shapes_scene(random)
        image = worn(picture(scene, random)[0], random)
        note = " ".join(f"{s.colour} {s.kind} {s.cell} {s.diameter:.2f}," for s in scene.shapes)
        for turn in asked(random, scene):
            check(turn, image, note)
        check(Turn("refuse_off", random.choice(HELD["off"]), REFUSAL), image, "")
        check(Turn("refuse_off", random.choice(HELD["off"]), REFUSAL), image, "")
        if k % 2 == 0:
            scene = number_scene(random)
            assert scene.number
            check(
                Turn("number", say(random, "number"), f"The number is {scene.number.text}."),
                worn(picture(scene, random)[0], random),
                f"{scene.width}x{scene.height} {scene.number.height:.2f}",
            )
            scene = other_scene(random)
            image = worn(picture(scene, random)[0], random)
            for kind in random.sample(
                ["count_all", "describe", "largest", "number", "exists_kind", "colour", "where_kind", "shape", "off"], 3
            ):
                check(
                    Turn(
                        "refuse_picture", say(random, kind, k=random.choice(KINDS), c=random.choice(COLOURS)), REFUSAL
                    ),
                    image,
                    f"clutter {scene.clutter}",
                )
            check(
                Turn(
                    "refuse_no_picture",
                    say(
                        random,
                        random.choice(["count_all", "describe", "exists_kind", "colour", "number", "off"]),
                        k=random.choice(KINDS),
                    ),
                    REFUSAL,
                ),
                None,
                "",
            )
    return {kind: (right, total) for kind, (right, total) in sorted(scores.items())}


def photos(pair: Pair, folder: Path) -> tuple[int, int]:
    """Refusals of every kind of question on the picture files of a folder."""
    right = total = 0
    random = Random("photos")
    for path in sorted(
        p for p in folder.rglob("*") if p.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff")
    ):
        image = Image.open(path).convert("RGB")
        for kind in ("count_all", "describe", "colour", "exists_kind", "where_kind", "number"):
            answer, _ = pair.answer(prompt([(say(random, kind, k=random.choice(KINDS)), None)]), [image])
            right += "cannot tell" in answer
            total += 1
            if "cannot tell" not in answer:
                print(f"  photo {path.name}: {answer}")
    return right, total


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=300)
    parser.add_argument("--seed", default="held out")
    parser.add_argument("--pair", type=Path, default=HOME)
    parser.add_argument("--photos", type=Path)
    parser.add_argument("--show", type=int, default=40)
    args = parser.parse_args()
    with Pair(args.pair) as opened:
        table = measure(opened, args.pictures, args.seed, args.show)
        known = [(r, t) for kind, (r, t) in table.items() if not kind.startswith("refuse")]
        for kind, (right, total) in table.items():
            print(f"{kind:20} {right:5} of {total:5}  {100 * right / total:5.1f} %")
        right, total = sum(r for r, _ in known), sum(t for _, t in known)
        print(f"{'inside':20} {right:5} of {total:5}  {100 * right / total:5.1f} %")
        if args.photos:
            print("photos refused", photos(opened, args.photos))
