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

from recipe.answers import PLACES, REFUSAL, absent, capital, colours_answer, full, matching, name, where_answer
from recipe.draw import picture, worn
from recipe.export import HOME
from recipe.palette import COLOURS
from recipe.questions import Turn, describe
from recipe.run import Pair, prompt
from recipe.scenes import KINDS, Scene, Shape, number_scene, other_scene, shapes_scene
from recipe.wordings import article

HELD = tomllib.loads(Path(__file__).with_name("heldout.toml").read_text("utf-8"))


def phrased(random: Random, kind: str, **parts: str) -> str:
    """One of the held-out wordings of this kind of question, its {parts} filled in."""
    text: str = random.choice(HELD[kind])
    for key, value in parts.items():
        text = text.replace("{" + key + "}", value).replace("{" + key.upper() + "}", value.upper())
    return re.sub(r"\b([Aa]) (?=[aeiou])", r"\1n ", text)


def questions_about(random: Random, scene: Scene) -> Iterator[Turn]:
    """One turn of each kind that this scene allows, mostly about shapes that are there."""
    kind, colour = random.choice(KINDS), random.choice(COLOURS)
    chosen = random.choice(scene.shapes) if scene.shapes and random.random() < 0.7 else None
    if chosen is not None:
        kind, colour = chosen.kind, chosen.colour
    yield from _counts(random, scene, kind, colour)
    yield from _existence(random, scene)
    yield from _properties(random, scene, kind, colour)
    if chosen is not None and sum(shape.cell == chosen.cell for shape in scene.shapes) == 1:
        place = PLACES[chosen.cell]
        yield Turn("shape_at", phrased(random, "shape_at", p=place), f"The shape {place} is {article(chosen.kind)}.")
        yield Turn("colour_at", phrased(random, "colour_at", p=place), f"The shape {place} is {chosen.colour}.")
    single = [shape for shape in scene.shapes if len(matching(scene, shape.kind, shape.colour)) == 1]
    yield from _comparisons(random, scene, single)
    if scene.shapes and single:
        yield from _follow_ups(random.choice(single))


def _counts(random: Random, scene: Scene, kind: str, colour: str) -> Iterator[Turn]:
    def answer(of_kind: str, of_colour: str) -> str:
        count = len(matching(scene, of_kind, of_colour))
        return f"There {'is' if count == 1 else 'are'} {count or 'no'} {name(of_kind, of_colour, count != 1)}."

    yield Turn("count_all", phrased(random, "count_all"), answer("", ""))
    yield Turn("count_kind", phrased(random, "count_kind", k=kind), answer(kind, ""))
    yield Turn("count_colour", phrased(random, "count_colour", c=colour), answer("", colour))
    yield Turn("count_both", phrased(random, "count_both", k=kind, c=colour), answer(kind, colour))
    yield Turn("describe", phrased(random, "describe"), describe(random, scene).turn.answer)


def _existence(random: Random, scene: Scene) -> Iterator[Turn]:
    kind, colour = random.choice(KINDS), random.choice(COLOURS)
    if scene.shapes and random.random() < 0.5:
        shape = random.choice(scene.shapes)
        kind, colour = shape.kind, shape.colour

    def answer(of_kind: str, of_colour: str) -> str:
        thing = name(of_kind, of_colour)
        found = matching(scene, of_kind, of_colour)
        return f"Yes, there is {article(thing)}." if found else f"No, there is no {thing}."

    yield Turn("exists", phrased(random, "exists_both", k=kind, c=colour), answer(kind, colour))
    yield Turn("exists", phrased(random, "exists_kind", k=kind), answer(kind, ""))
    yield Turn("exists", phrased(random, "exists_colour", c=colour), answer("", colour))


def _properties(random: Random, scene: Scene, kind: str, colour: str) -> Iterator[Turn]:
    """Colour, shape and place, each only where at most one shape can be meant."""
    of_kind, of_colour, of_both = (matching(scene, *wanted) for wanted in ((kind, ""), ("", colour), (kind, colour)))
    if len(of_kind) <= 1:
        yield Turn("colour", phrased(random, "colour", k=kind), colours_answer(of_kind, kind))
        yield Turn("where", phrased(random, "where_kind", k=kind), where_answer(of_kind, kind, ""))
    if len(of_colour) <= 1:
        answer = f"The {colour} one is {article(of_colour[0].kind)}." if of_colour else absent("", colour)
        yield Turn("shape", phrased(random, "shape", c=colour), answer)
    if len(of_both) <= 1:
        yield Turn("where", phrased(random, "where_both", k=kind, c=colour), where_answer(of_both, kind, colour))


def _comparisons(random: Random, scene: Scene, single: list[Shape]) -> Iterator[Turn]:
    pairs = [(a, b) for a in single for b in single if a.larger_than(b)]
    if pairs:
        larger, smaller = (name(shape.kind, shape.colour) for shape in random.choice(pairs))
        first, second = (larger, smaller) if random.random() < 0.5 else (smaller, larger)
        yield Turn("larger", phrased(random, "larger", a=first, b=second), capital(f"the {larger} is larger."))
        yield Turn("larger", phrased(random, "smaller", a=first, b=second), capital(f"the {smaller} is smaller."))
    if len(scene.shapes) > 2:
        for extreme in ("largest", "smallest"):
            if best := _ranked_first(scene, largest=extreme == "largest"):
                answer = f"The {name(best.kind, best.colour)} is the {extreme}."
                yield Turn("largest", phrased(random, extreme), answer)


def _ranked_first(scene: Scene, *, largest: bool) -> Shape | None:
    """The shape that is clearly larger (smaller) than every other one."""
    for shape in scene.shapes:
        others = [other for other in scene.shapes if other is not shape]
        if all(shape.larger_than(other) if largest else other.larger_than(shape) for other in others):
            return shape
    return None


def _follow_ups(shape: Shape) -> Iterator[Turn]:
    """Two questions each, "|" between them; the answer is the second one's."""
    yield Turn(
        "follow", f"Is there {full(shape)}?|What about its position, where is it?", f"It is {PLACES[shape.cell]}."
    )
    yield Turn(
        "follow", f"Where is the {name(shape.kind, shape.colour)}?|and what colour is it?", f"It is {shape.colour}."
    )


def facts(answer: str) -> str:
    """What an answer claims: small words and punctuation gone."""
    return " ".join(
        w
        for w in re.findall(r"\w+", answer.lower())
        if w not in ("the", "a", "an", "is", "are", "at", "on", "in", "there", "one")
    )


OTHER_QUESTIONS = (
    "count_all", "describe", "largest", "number", "exists_kind", "colour", "where_kind", "shape", "off",
)  # fmt: skip
NO_PICTURE_QUESTIONS = ("count_all", "describe", "exists_kind", "colour", "number", "off")


class Scores:
    """Asks a pair and counts right answers by kind; prints the first `show` mistakes."""

    def __init__(self, pair: Pair, show: int) -> None:
        self._pair, self._show = pair, show
        self._counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])

    def check(self, turn: Turn, image: Image.Image | None, note: str = "") -> None:
        """Ask the turn's questions one after the other; the last answer counts. `note` describes the picture."""
        images = [image] if image else []
        turns: list[tuple[str, str | None]] = []
        answer = ""
        for question in turn.question.split("|"):
            turns.append((question, None))
            answer, _ = self._pair.answer(prompt(turns, bool(images)), images)
            turns[-1] = (question, answer)
        right = facts(answer) == facts(turn.answer)
        self._counts[turn.kind][0] += right
        self._counts[turn.kind][1] += 1
        if not right and self._show > 0:
            self._show -= 1
            print(f"  {turn.kind}: {turn.question!r} -> {answer!r}, not {turn.answer!r} {note}")

    def by_kind(self) -> dict[str, tuple[int, int]]:
        """Right and asked, by kind in alphabetical order."""
        return {kind: (right, total) for kind, (right, total) in sorted(self._counts.items())}


def measure(pair: Pair, pictures: int, seed: str, show: int = 40) -> dict[str, tuple[int, int]]:
    """Right and asked by kind, on `pictures` scenes of shapes and half as many numbers and unknown pictures."""
    random = Random(seed)
    scores = Scores(pair, show)
    for index in range(pictures):
        _check_shapes(scores, random)
        if index % 2 == 0:
            _check_number(scores, random)
            _check_unknown(scores, random)
            kind = random.choice(NO_PICTURE_QUESTIONS)
            scores.check(Turn("refuse_no_picture", phrased(random, kind, k=random.choice(KINDS)), REFUSAL), None)
    return scores.by_kind()


def _check_shapes(scores: Scores, random: Random) -> None:
    scene = shapes_scene(random)
    image = worn(picture(scene, random)[0], random)
    note = " ".join(f"{s.colour} {s.kind} {s.cell} {s.diameter:.2f}," for s in scene.shapes)
    for turn in questions_about(random, scene):
        scores.check(turn, image, note)
    for _ in range(2):
        scores.check(Turn("refuse_off", random.choice(HELD["off"]), REFUSAL), image)


def _check_number(scores: Scores, random: Random) -> None:
    scene = number_scene(random)
    assert scene.number
    turn = Turn("number", phrased(random, "number"), f"The number is {scene.number.text}.")
    image = worn(picture(scene, random)[0], random)
    scores.check(turn, image, f"{scene.width}x{scene.height} {scene.number.height:.2f}")


def _check_unknown(scores: Scores, random: Random) -> None:
    scene = other_scene(random)
    image = worn(picture(scene, random)[0], random)
    for kind in random.sample(OTHER_QUESTIONS, 3):
        question = phrased(random, kind, k=random.choice(KINDS), c=random.choice(COLOURS))
        scores.check(Turn("refuse_picture", question, REFUSAL), image, f"clutter {scene.clutter}")


def photos(pair: Pair, folder: Path) -> tuple[int, int]:
    """Refusals of every kind of question on the picture files of a folder."""
    right = total = 0
    random = Random("photos")
    for path in sorted(
        p for p in folder.rglob("*") if p.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff")
    ):
        image = Image.open(path).convert("RGB")
        for kind in ("count_all", "describe", "colour", "exists_kind", "where_kind", "number"):
            answer, _ = pair.answer(prompt([(phrased(random, kind, k=random.choice(KINDS)), None)]), [image])
            right += "cannot tell" in answer
            total += 1
            if "cannot tell" not in answer:
                print(f"  photo {path.name}: {answer}")
    return right, total


def main() -> None:
    """Print the scores of a pair, by kind and over all that it should know."""
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


if __name__ == "__main__":
    main()
