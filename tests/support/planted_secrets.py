"""Screens with something on them that should not be shown to others, and where it stands: made from a seed, and valid
(check digits included), but nobody's."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fanlight.domain.messages import Image
from support.written import KINDS, MONO, SANS, SIZES, Canvas, Written, drawn, font

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels of the picture."""


@dataclass(frozen=True, slots=True)
class PlantedSecret:
    kind: str
    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class PlantedScreen:
    name: str
    image: Image
    ground: tuple[int, int, int]
    secrets: tuple[PlantedSecret, ...]

    @property
    def pixels(self) -> NDArray[np.uint8]:
        return np.frombuffer(self.image.rgb, np.uint8).reshape(self.image.height, self.image.width, 3)

    def ink(self, secret: PlantedSecret) -> NDArray[np.bool_]:
        """Which of the picture's pixels are the secret's letters."""
        left, top, right, bottom = (max(0, round(edge)) for edge in secret.box)
        part = self.pixels[top:bottom, left:right].astype(int)
        mask = np.zeros(self.pixels.shape[:2], bool)
        mask[top:bottom, left:right] = np.abs(part - self.ground).max(axis=2) > 40
        return mask


def shaped(chance: random.Random, shape: str) -> str:
    """# is a digit, $ a letter or a digit, % a capital or a digit, & a capital."""
    capitals = string.ascii_uppercase
    kinds = {
        "#": string.digits,
        "$": string.ascii_letters + string.digits,
        "%": capitals + string.digits,
        "&": capitals,
    }
    return "".join(chance.choice(kinds[sign]) if sign in kinds else sign for sign in shape)


def mail(chance: random.Random) -> str:
    names = ("anna.meyer", "j.o'neill", "info", "lil1", "ilona_0", "bob+lists", "m-schulz", "oliver.100")
    domains = ("example.com", "mail.example.org", "example.co.uk", "firma-mueller.de", "uni.example.fr", "ol1.io")
    return f"{chance.choice(names)}@{chance.choice(domains)}"


PHONES = (
    "+49 17# #######", "+44 20 #### ####", "(415) 5##-####", "617-555-####", "030 #######", "+33 6 ## ## ## ##",
    "+1 212 555 ####", "0170/#######", "+41 44 ### ## ##",
)  # fmt: skip


def phone(chance: random.Random) -> str:
    return shaped(chance, chance.choice(PHONES))


def card(chance: random.Random) -> str:
    start, length = chance.choice((("4", 16), ("51", 16), ("2221", 16), ("37", 15), ("6011", 16)))
    number = start + shaped(chance, "#" * (length - len(start) - 1))
    number += next(check for check in string.digits if _luhn(number + check))
    if chance.random() < 0.25:
        return number
    cuts = (4, 10) if length == 15 else (4, 8, 12)
    gap = chance.choice((" ", " ", "-"))
    return gap.join(number[begin:end] for begin, end in zip((0, *cuts), (*cuts, length), strict=True))


def _luhn(number: str) -> bool:
    places = enumerate(reversed(number))
    return sum(int(sign) if not place % 2 else sum(divmod(2 * int(sign), 10)) for place, sign in places) % 10 == 0


ACCOUNTS = (
    ("DE", "#" * 18), ("AT", "#" * 16), ("ES", "#" * 20), ("CH", "#" * 17), ("NL", "&&&&##########"),
    ("GB", "&&&&##############"), ("FR", "####################M##"), ("BE", "#" * 12), ("PL", "#" * 24),
)  # fmt: skip


def account(chance: random.Random) -> str:
    country, shape = chance.choice(ACCOUNTS)
    rest = shaped(chance, shape)
    check = 98 - int("".join(str(int(sign, 36)) for sign in f"{rest}{country}00")) % 97
    number = f"{country}{check:02d}{rest}"
    return number if chance.random() < 0.3 else " ".join(number[at : at + 4] for at in range(0, len(number), 4))


TOKENS = (
    "sk-proj-" + 32 * "$", "ghp_" + 36 * "$", "AKIA" + 16 * "%", "sk_live_" + 24 * "$", "glpat-" + 20 * "$",
    "xoxb-###########-" + 24 * "$", "AIza" + 35 * "$", "hf_" + 34 * "$",
    "eyJhbGciOiJIUzI1NiJ9.eyJ" + 18 * "$" + "." + 20 * "$",
)  # fmt: skip
PASSWORDS = ("$$$$$$$$$!", "Sommer####", "tr0ub4dor+#", "blue-kettle##", "blue.kettle##", "$$$$$*$$$$$$", "sunshine")


def token(chance: random.Random) -> str:
    return shaped(chance, chance.choice(TOKENS))


def password(chance: random.Random) -> str:
    return shaped(chance, chance.choice(PASSWORDS))


SECRETS: dict[str, Callable[[random.Random], str]] = {
    "mail": mail,
    "phone": phone,
    "card": card,
    "account": account,
    "token": token,
    "password": password,
}
_BEFORE = {
    "mail": ("Email", "Contact", "To", "From"),
    "phone": ("Phone", "Mobile", "Tel.", "Call"),
    "card": ("Card", "Card number", "Paid with"),
    "account": ("IBAN", "Account", "Bank"),
    "token": ("Token", "API key", "Key", "export TOKEN"),
    "password": ("Password", "Passwort", "PIN", "Kennwort"),
}


def planted(kind: str, seed: int, dark: bool, scale: float) -> PlantedScreen:
    """One screen of `kind` (`written.KINDS`) with three secrets. Raises FontMissing."""
    chance = random.Random(f"secrets {kind} {seed} {dark} {scale}")
    canvas = Canvas(*SIZES[kind], dark, scale)
    KINDS[kind](canvas, random.Random(f"{kind} {seed}"))
    name = chance.choice(MONO if kind in ("terminal", "editor") else SANS)
    size, secrets = chance.choice((11, 12, 13, 14)), []
    canvas.height += 150
    grown = Canvas(canvas.width, canvas.height, dark, scale)
    grown.picture.paste(canvas.picture, (0, 0))
    top = float(SIZES[kind][1] + 12)
    for secret_kind in chance.sample(list(SECRETS), 3):
        text = SECRETS[secret_kind](chance)
        secrets.append(_plant(grown, kind, secret_kind, text, top, name, size, chance))
        top += 44
    looks = f"{kind}-{seed}-{'dark' if dark else 'light'}-{scale:g}x"
    return PlantedScreen(looks, grown.image(), grown.ground, tuple(secrets))


def _plant(
    canvas: Canvas, kind: str, secret_kind: str, text: str, top: float, name: str, size: int, chance: random.Random
) -> PlantedSecret:
    """As such a screen has it: beside a label, after one, or within a sentence; it begins where it fits."""
    label = chance.choice(_BEFORE[secret_kind])
    how = chance.choice(("cell", "colon", "colon", "sentence" if secret_kind != "password" else "colon"))
    if kind in ("terminal", "editor"):
        how = "assigned" if secret_kind in ("token", "password") else "colon"
    before = {
        "cell": "",
        "colon": f"{label}: ",
        "sentence": "Please use ",
        "assigned": f"{label.replace(' ', '_').upper()}=",
    }[how]
    after = " from today on." if how == "sentence" and len(text) < 24 else ""
    left = 16.0
    if how == "cell":
        canvas.row(top, [(left, label)], name, size)
        left = 130.0
    canvas.row(top, [(left, before + text + after)], name, size)
    letters = font(name, round(size * canvas.scale))
    begin = round(left * canvas.scale) + letters.getlength(before)
    high = round(top * canvas.scale)
    return PlantedSecret(
        secret_kind, text, (begin, high - 1, begin + letters.getlength(text), high + 1.3 * letters.size)
    )


LOOKS = tuple((dark, scale) for dark in (False, True) for scale in (1.0, 2.0))


def planted_screens(count: int) -> list[PlantedScreen]:
    """Kinds and looks take turns: 20 are one of each."""
    made = []
    for number in range(count):
        dark, scale = LOOKS[number // len(KINDS) % len(LOOKS)]
        made.append(planted(list(KINDS)[number % len(KINDS)], 100 + number, dark, scale))
    return made


def plain_screens(count: int) -> list[Written]:
    """Without secrets, but with dates, versions, prices and addresses of computers: not forms."""
    kinds = [kind for kind in KINDS if kind != "form"]
    made: list[Written] = []
    seed = 500
    while len(made) < count:
        number, seed = len(made), seed + 1
        screen = drawn(kinds[number % len(kinds)], seed, *LOOKS[number // len(kinds) % len(LOOKS)])
        made += [screen] if "@example" not in screen.text else []
    return made


def uncovered(screen: PlantedScreen, secret: PlantedSecret, boxes: Sequence[Box]) -> int:
    """How many pixels of its letters are in none of these boxes."""
    ink = screen.ink(secret)
    for left, top, right, bottom in boxes:
        ink[max(0, int(top)) : max(0, int(-(-bottom // 1))), max(0, int(left)) : max(0, int(-(-right // 1)))] = False
    return int(ink.sum())
