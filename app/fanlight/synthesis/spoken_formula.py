r"""Formulas as they are spoken: LaTeX in simple cases, "formula" for all else.

Only what is known is said: a command that is left out would change the meaning.
"""

from __future__ import annotations

import re
from gettext import NullTranslations

from fanlight.i18n import N_
from fanlight.markdown.formulas import is_formula, marks_of_block

_MARKS = re.compile(r"\A(?:\\\(|\\\[|\$\$?)|(?:\\\)|\\\]|\$\$?)\Z")
_TOKEN = re.compile(r"\\(?:text|mathrm|operatorname)\{[^{}\\]*\}|\\[A-Za-z]+|\\.|\d+(?:[.,]\d+)*|\S", re.DOTALL)
_DEEPEST, _LONGEST = 12, 60
"""Groups inside one another, and words, of a formula that can be followed when it is heard."""

_SIGNS = {
    "+": N_("plus"), "-": N_("minus"), "−": N_("minus"), "=": N_("equals"), "<": N_("is less than"),
    ">": N_("is greater than"), "/": N_("over"), "*": N_("times"), "!": N_("factorial"), "'": N_("prime"),
    r"\lt": N_("is less than"), r"\gt": N_("is greater than"), r"\le": N_("is at most"), r"\leq": N_("is at most"),
    r"\leqslant": N_("is at most"), r"\ge": N_("is at least"), r"\geq": N_("is at least"),
    r"\geqslant": N_("is at least"), r"\ne": N_("is not equal to"), r"\neq": N_("is not equal to"),
    r"\approx": N_("is about"), r"\equiv": N_("is equivalent to"), r"\sim": N_("is similar to"),
    r"\propto": N_("is proportional to"), r"\times": N_("times"), r"\cdot": N_("times"), r"\ast": N_("times"),
    r"\div": N_("divided by"), r"\pm": N_("plus or minus"), r"\mp": N_("minus or plus"), r"\infty": N_("infinity"),
    r"\to": N_("to"), r"\rightarrow": N_("to"), r"\in": N_("in"), r"\notin": N_("not in"), r"\cup": N_("union"),
    r"\cap": N_("intersection"), r"\subset": N_("is a subset of"), r"\subseteq": N_("is a subset of"),
    r"\forall": N_("for all"), r"\exists": N_("there is"), r"\Rightarrow": N_("implies"), r"\implies": N_("implies"),
    r"\iff": N_("if and only if"), r"\partial": N_("partial"), r"\prime": N_("prime"), r"\%": N_("percent"),
    r"\sin": N_("sine"), r"\cos": N_("cosine"), r"\tan": N_("tangent"), r"\log": N_("logarithm"),
    r"\ln": N_("natural logarithm"), r"\exp": N_("exponential"), r"\max": N_("maximum"), r"\min": N_("minimum"),
    r"\circ": N_("degrees"), r"\sum": N_("sum"), r"\prod": N_("product"), r"\int": N_("integral"), r"\lim": N_("limit"),
    r"\alpha": N_("alpha"), r"\beta": N_("beta"), r"\gamma": N_("gamma"), r"\delta": N_("delta"),
    r"\epsilon": N_("epsilon"), r"\zeta": N_("zeta"), r"\eta": N_("eta"), r"\theta": N_("theta"), r"\iota": N_("iota"),
    r"\kappa": N_("kappa"), r"\lambda": N_("lambda"), r"\mu": N_("mu"), r"\nu": N_("nu"), r"\xi": N_("xi"),
    r"\pi": N_("pi"), r"\rho": N_("rho"), r"\sigma": N_("sigma"), r"\tau": N_("tau"), r"\upsilon": N_("upsilon"),
    r"\phi": N_("phi"), r"\chi": N_("chi"), r"\psi": N_("psi"), r"\omega": N_("omega"),
}  # fmt: skip
_SILENT = frozenset(
    [r"\,", r"\;", r"\:", r"\!", r"\ ", r"\quad", r"\qquad", r"\left", r"\right", r"\displaystyle", "~"]
)
_STYLES = frozenset([r"\mathrm", r"\mathbf", r"\mathit", r"\mathbb", r"\mathcal", r"\boxed"])
_AS_WRITTEN = frozenset("()[]|,.:;?%")
_WITH_LIMITS = frozenset([r"\sum", r"\prod", r"\int"])


def opens_formula(line: str) -> bool:
    """Whether the line begins a formula in lines of its own: nothing stands behind its end."""
    bare = line.strip()
    marks = marks_of_block(bare)
    if marks is None:
        return False
    inside, end, rest = bare.removeprefix(marks[0]).partition(marks[1])
    return not end or (not rest and is_formula(inside))


def closes_formula(lines: str) -> bool:
    """Whether the formula that begins these lines ends with them."""
    bare = lines.strip()
    marks = marks_of_block(bare)
    return marks is not None and bare.removeprefix(marks[0]).endswith(marks[1])


class _CannotBeSaid(ValueError):
    """It has something whose words are not known."""


def spoken_formula(source: str, texts: NullTranslations) -> str:
    """`source` with its marks (`$x^2$`) in words of `texts`; the word "formula" where it is not simple."""
    source = source.strip()
    opening, closing = marks_of_block(source) or ("", "")
    inside = _MARKS.sub("", source.removeprefix(opening).removesuffix(closing))
    try:
        words = _FormulaReader(inside, texts).read_all()
    except _CannotBeSaid:
        return texts.gettext(N_("formula"))
    return words if any(letter.isalnum() for letter in words) else texts.gettext(N_("formula"))


class _FormulaReader:
    """Reads the tokens from the left, each group by a call."""

    def __init__(self, inside: str, texts: NullTranslations) -> None:
        self._tokens = _TOKEN.findall(inside)
        self._at = 0
        self._texts = texts
        self._depth = 0

    def read_all(self) -> str:
        words = self._read_until("")
        if len(words.split()) > _LONGEST:
            raise _CannotBeSaid
        return words

    def _next(self) -> str:
        """The token that comes next; "" at the end."""
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._next()
        if not token:
            raise _CannotBeSaid
        self._at += 1
        return token

    def _read_until(self, closing: str) -> str:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _CannotBeSaid
        words: list[str] = []
        while (token := self._next()) != closing:
            if token == "^":
                self._at += 1
                words.append(self._power(words.pop() if words else ""))
            elif token == "_":
                self._at += 1
                words.append(self._argument())
            else:
                words.append(self._unit())
        self._at += 1
        self._depth -= 1
        return " ".join(filter(None, words))

    def _argument(self) -> str:
        r"""A group, or one unit: of `\frac12` the first digit."""
        token = self._next()
        if len(token) > 1 and token.isdigit():
            self._tokens[self._at : self._at + 1] = [token[0], token[1:]]
        return self._unit()

    def _unit(self) -> str:
        token = self._take()
        if token == "{":
            return self._read_until("}")
        if token in _WITH_LIMITS and self._next() in ("_", "^"):
            return self._limits(self._sign(token))
        if token in (r"\frac", r"\dfrac", r"\tfrac"):
            return self._say(N_("{above} over {below}"), above=self._argument(), below=self._argument())
        if token == r"\sqrt":
            return self._root()
        if token in _STYLES:
            return self._argument()
        if token.endswith("}") and len(token) > 1:
            return token[token.index("{") + 1 : -1].strip()
        if token in _SILENT:
            return ""
        if token in (r"\{", r"\}"):
            return token[1]
        if token[0].isdigit() or token.isalpha() or token in _AS_WRITTEN:
            return token
        return self._sign(token)

    def _sign(self, token: str) -> str:
        known = _SIGNS.get(token) or _SIGNS.get(token.lower().replace("\\var", "\\"))
        if known is None:
            raise _CannotBeSaid
        return self._texts.gettext(known)

    def _say(self, pattern: str, **words: str) -> str:
        return self._texts.gettext(pattern).format(**words)

    def _root(self) -> str:
        if self._next() != "[":
            return self._say(N_("square root of {inside}"), inside=self._argument())
        self._at += 1
        degree = self._read_until("]")
        return self._say(N_("root {degree} of {inside}"), degree=degree, inside=self._argument())

    def _power(self, base: str) -> str:
        if self._next() in (r"\circ", "'", r"\prime"):
            return f"{base} {self._argument()}".strip()
        exponent = self._argument()
        if exponent == "2":
            return self._say(N_("{base} squared"), base=base)
        if exponent == "3":
            return self._say(N_("{base} cubed"), base=base)
        if exponent in (self._sign(r"\circ"), self._sign("'")):
            return f"{base} {exponent}"
        return self._say(N_("{base} to the power of {exponent}"), base=base, exponent=exponent)

    def _limits(self, name: str) -> str:
        found = {"_": "", "^": ""}
        while (mark := self._next()) in found and not found[mark]:
            self._at += 1
            found[mark] = self._argument()
        if found["_"] and found["^"]:
            return self._say(N_("{name} from {start} to {end} of"), name=name, start=found["_"], end=found["^"])
        return self._say(N_("{name} over {range} of"), name=name, range=found["_"] or found["^"])
