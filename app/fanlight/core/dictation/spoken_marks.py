"""Punctuation that was spoken: "comma", "new line", and the like, in the languages whose words are known.

The recognizer writes such words as any others, often with marks of its own around them ("Yes, comma, thanks."), which
are dropped."""

from __future__ import annotations

import re
from functools import cache

_BEFORE, _AFTER, _BREAK, _JOIN = "before", "after", "break", "join"
"""Where a mark belongs: to the word before it, to the word after it, between lines, between two words, without
spaces."""

_PLACES = {
    ",": _BEFORE, ".": _BEFORE, "?": _BEFORE, "!": _BEFORE, ":": _BEFORE, ";": _BEFORE, ")": _BEFORE, "”": _BEFORE,
    "(": _AFTER, "“": _AFTER, "\n": _BREAK, "\n\n": _BREAK, "-": _JOIN,
}  # fmt: skip
_ENDS = (".", "?", "!", "\n", "\n\n")
"""A capital follows."""

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "comma": ",", "full stop": ".", "period": ".", "question mark": "?", "exclamation mark": "!",
        "exclamation point": "!", "colon": ":", "semicolon": ";", "open parenthesis": "(", "close parenthesis": ")",
        "open bracket": "(", "close bracket": ")", "open quote": "“", "close quote": "”", "hyphen": "-",
        "new line": "\n", "newline": "\n", "new paragraph": "\n\n",
    },
    "de": {
        "komma": ",", "punkt": ".", "fragezeichen": "?", "ausrufezeichen": "!", "doppelpunkt": ":", "semikolon": ";",
        "strichpunkt": ";", "klammer auf": "(", "klammer zu": ")", "bindestrich": "-", "neue zeile": "\n",
        "neuer absatz": "\n\n",
    },
    "fr": {
        "virgule": ",", "point": ".", "point final": ".", "point d'interrogation": "?", "point d'exclamation": "!",
        "deux points": ":", "deux-points": ":", "point-virgule": ";", "point virgule": ";",
        "ouvrez la parenthèse": "(", "ouvrir la parenthèse": "(", "fermez la parenthèse": ")",
        "fermer la parenthèse": ")", "trait d'union": "-", "à la ligne": "\n", "nouvelle ligne": "\n",
        "nouveau paragraphe": "\n\n",
    },
    "es": {
        "coma": ",", "punto": ".", "signo de interrogación": "?", "signo de exclamación": "!", "dos puntos": ":",
        "punto y coma": ";", "abrir paréntesis": "(", "cerrar paréntesis": ")", "guion": "-", "nueva línea": "\n",
        "nuevo párrafo": "\n\n", "punto y aparte": ".\n",
    },
    "it": {
        "virgola": ",", "punto": ".", "punto interrogativo": "?", "punto esclamativo": "!", "due punti": ":",
        "punto e virgola": ";", "apri parentesi": "(", "chiudi parentesi": ")", "trattino": "-", "a capo": "\n",
        "nuova riga": "\n", "nuovo paragrafo": "\n\n",
    },
    "pt": {
        "vírgula": ",", "ponto": ".", "ponto final": ".", "ponto de interrogação": "?", "ponto de exclamação": "!",
        "dois pontos": ":", "ponto e vírgula": ";", "abrir parênteses": "(", "fechar parênteses": ")", "hífen": "-",
        "nova linha": "\n", "novo parágrafo": "\n\n",
    },
    "nl": {
        "komma": ",", "punt": ".", "vraagteken": "?", "uitroepteken": "!", "dubbele punt": ":", "puntkomma": ";",
        "haakje openen": "(", "haakje sluiten": ")", "koppelteken": "-", "nieuwe regel": "\n",
        "nieuwe alinea": "\n\n",
    },
}  # fmt: skip
"""By Whisper's code of the language, in lower case."""


def write_spoken_marks(text: str, language: str) -> str:
    """Unchanged where the language's words are not known; without a language they are the English ones."""
    words = WORDS.get(language or "en")
    if words is None:
        return text
    made, at = "", 0
    for found in _pattern(language or "en").finditer(text):
        made = _joined(made, text[at : found.start()])
        made = _with_mark(made, words[_known(found["words"])])
        at = found.end()
    return _joined(made, text[at:]).strip(" ")


@cache
def _pattern(language: str) -> re.Pattern[str]:
    """The longest phrase first; what the recognizer has put around it goes with it."""
    phrases = sorted(WORDS[language], key=len, reverse=True)
    written = "|".join(re.escape(phrase).replace(r"\ ", r"\s+").replace("'", "['’]") for phrase in phrases)
    return re.compile(rf"(?P<before>\s*[,;:]?)\s*(?<![\w-])(?P<words>{written})(?![\w-])[,.;:!?]*", re.IGNORECASE)


def _known(words: str) -> str:
    return " ".join(words.lower().replace("’", "'").split())


def _with_mark(text: str, mark: str) -> str:
    place = _PLACES.get(mark, _BREAK)
    if place == _AFTER:
        return f"{text.rstrip()} {mark}".lstrip() if text and not text.endswith("\n") else f"{text}{mark}"
    text = text.rstrip(" ")
    if place == _BEFORE and mark not in ("”", ")"):
        text = text.rstrip(",;:" if mark not in _ENDS else ",;:.")  # the recognizer's own
    return text + mark


def _joined(made: str, more: str) -> str:
    """`more` after what is there, with the space and the capital that belong between them."""
    more = more.strip()
    if not made or not more:
        return made + more
    touches = made.endswith(("\n", "(", "“", "-")) or more[0] in ",.;:!?)”"
    if made.endswith(_ENDS):
        more = more[0].upper() + more[1:]
    return made + ("" if touches else " ") + more
