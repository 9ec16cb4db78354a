"""What a speech recogniser mishears and a keyboard mistypes."""

from __future__ import annotations

import string
from random import Random

HEARD: dict[str, tuple[str, ...]] = {
    "red": ("read", "read", "bread", "rad"),
    "blue": ("blew", "blew", "bloo", "glue"),
    "green": ("grin", "greene", "greens", "grene"),
    "white": ("wight", "why it", "wide", "whyte"),
    "black": ("block", "back", "blak"),
    "pink": ("pinc", "pinged", "pinck"),
    "purple": ("per pull", "purpel", "people", "purble"),
    "yellow": ("yell oh", "yello", "hello", "jello"),
    "orange": ("oringe", "orang", "or range"),
    "circle": ("sir cool", "sirkle", "circe", "sir kill", "cycle", "circul"),
    "circles": ("sir cools", "sirkles", "cycles", "circle's"),
    "square": ("squared", "squair", "squire", "sq where", "scare"),
    "squares": ("squared", "squires", "square's", "scares"),
    "triangle": ("tri angle", "try angle", "triangel", "try angel"),
    "triangles": ("tri angles", "try angles", "triangle's"),
    "star": ("stare", "tsar", "starr", "stir"),
    "stars": ("stares", "tsars", "star's", "stairs"),
    "shape": ("shaped", "ship", "sheep", "shade", "shapes"),
    "shapes": ("ships", "shape's", "sheeps", "shape", "shaped"),
    "many": ("mini", "menny", "money", "meny"),
    "how many": ("howmany", "hominy"),
    "there": ("their", "they're", "their", "thare"),
    "are": ("our", "r", "or", "hour"),
    "colour": ("color", "culler", "collar", "caller", "cooler"),
    "color": ("colour", "culler", "collar", "caller"),
    "where": ("wear", "ware", "were", "wheres"),
    "which": ("witch", "wich"),
    "what": ("watt", "wot", "wat", "want"),
    "see": ("sea", "c"),
    "right": ("write", "rite"),
    "left": ("lift", "laughed", "let"),
    "middle": ("metal", "midle", "medal"),
    "bottom": ("button", "bottem", "bottoms"),
    "top": ("tap", "taupe", "stop"),
    "larger": ("lager", "large her", "largar"),
    "bigger": ("bigga", "beggar", "begger"),
    "one": ("won", "wan"),
    "smaller": ("smaler", "small her", "smeller"),
    "number": ("numb her", "numbre", "lumber"),
    "picture": ("pitcher", "pictures", "pick sure"),
    "image": ("emage", "images"),
    "it": ("eat", "id"),
    "is": ("his", "ease"),
    "two": ("to", "too"),
    "a": ("uh", "the"),
    "the": ("a", "da", "duh"),
    "describe": ("the scribe", "discribe"),
    "corner": ("corna", "coroner"),
    "biggest": ("big est", "biggist"),
    "largest": ("large est", "largist"),
    "in": ("and", "inn"),
    "or": ("ore", "are"),
    "number of": ("numbers of",),
    "any": ("an e", "eny"),
    "you": ("u", "ewe"),
    "for": ("four", "4"),
}
NEAR = {a: b for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm") for a, b in zip(row, row[1:] + row[-2], strict=True)}


def misheard(random: Random, text: str) -> str:
    """One or two words replaced by what they sound like."""
    words = text.split(" ")
    places = [k for k, word in enumerate(words) if word.lower().strip(string.punctuation) in HEARD]
    random.shuffle(places)
    for k in places[: random.choice((1, 1, 2))]:
        bare = words[k].lower().strip(string.punctuation)
        words[k] = words[k].lower().replace(bare, random.choice(HEARD[bare]))
    return " ".join(words)


def mistyped(random: Random, text: str) -> str:
    """One letter lost, doubled, swapped, or its neighbour's; twice in a long text by chance."""
    for _ in range(random.choice((1, 1, 1, 2))):
        places = [k for k in range(1, len(text) - 1) if text[k].isalpha()]
        if not places:
            return text
        k = random.choice(places)
        how = random.randrange(4)
        if how == 0:
            text = text[:k] + text[k + 1 :]
        elif how == 1:
            text = text[:k] + text[k] + text[k:]
        elif how == 2:
            text = text[:k] + text[k + 1] + text[k] + text[k + 2 :]
        else:
            text = text[:k] + NEAR.get(text[k].lower(), random.choice(string.ascii_lowercase)) + text[k + 1 :]
    return text


SMALL = {"the", "a", "an", "is", "are", "there", "of", "do", "you", "this", "does"}


def dropped(random: Random, text: str) -> str:
    """A small word left out or a word said twice."""
    words = text.split(" ")
    small = [k for k, word in enumerate(words) if word.lower() in SMALL]
    if small and random.random() < 0.7:
        for k in sorted(random.sample(small, min(len(small), random.choice((1, 1, 2)))), reverse=True):
            del words[k]
    else:
        k = random.randrange(len(words))
        words.insert(k, words[k])
    return " ".join(words)


def slip(random: Random, text: str) -> str:
    """Mostly the text itself."""
    roll = random.random()
    if roll < 0.09:
        return misheard(random, text)
    if roll < 0.16:
        return mistyped(random, text)
    if roll < 0.21:
        return dropped(random, text)
    return text
