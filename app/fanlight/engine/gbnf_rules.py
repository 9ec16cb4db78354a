"""The rules of a GBNF grammar, and whether llama.cpp can walk them: it follows leading references recursively, keeps a
stack for each way a rule can begin, and never looks whether it was there before."""

from __future__ import annotations

from dataclasses import dataclass

from fanlight.domain.errors import GrammarError
from fanlight.engine.gbnf_ambiguity import AmbiguityFinder, TooLargeToTell
from fanlight.i18n import _, format_number

ROOT = "root"
MAX_RULES = 20_000
MAX_ELEMENTS = 500_000
MAX_WAYS = 5_000
MAX_STACKS = 100_000
"""Ways that are open after one part, times those in which the next one can begin: it compares each with each."""
MAX_SKIPPABLE = 100
_MAX_CHAIN = 2_000


@dataclass(frozen=True, slots=True)
class Element:
    """A reference to a rule, or a character or token (None)."""

    rule: str | None


Alternative = list[Element]


@dataclass(slots=True)
class _Walked:
    """`ways`: paths from the rule's start to a character; `skips`: of these, the most that follow each other because
    what stands before may be empty; `chain`: the longest series of references."""

    ways: int = 1
    skips: int = 0
    chain: int = 1


class RuleTable:
    """Rules by name; generated ones have names no grammar can contain."""

    def __init__(self) -> None:
        self._rules: dict[str, list[Alternative]] = {}
        self._lines: dict[str, int] = {}
        self._symbols: set[str] = set()
        self._elements = 0
        self._empty: set[str] = set()

    @property
    def count(self) -> int:
        """Of names so far, those of rules to come included: as llama.cpp counts."""
        return len(self._symbols)

    def mention(self, name: str) -> None:
        self._symbols.add(name)

    def reserve(self, base: str) -> str:
        name = f"{base} {len(self._symbols)}"
        self._symbols.add(name)
        return name

    def define(self, name: str, alternatives: list[Alternative], line: int) -> None:
        """Raises GrammarError when the grammar becomes too large."""
        self._grow(sum(map(len, alternatives)) + len(alternatives))
        self._symbols.add(name)
        self._rules[name] = alternatives
        self._lines[name] = line

    def repeat(self, what: Alternative, least: int, most: int | None, base: str, line: int) -> Alternative:
        """`what` repeated, written out as llama.cpp does it: the optional ones are a chain of rules."""
        self._grow(least * len(what))
        made = what * least
        if most == least:
            return made
        optional = 1 if most is None else most - least
        following: Alternative = []
        for _number in range(optional):
            name = self.reserve(base)
            tail = [Element(name)] if most is None else following
            self.define(name, [[*what, *tail], []], line)
            following = [Element(name)]
        return made + following

    def _grow(self, elements: int) -> None:
        self._elements += elements
        if self.count > MAX_RULES or self._elements > MAX_ELEMENTS:
            raise GrammarError(
                _("The grammar is too large: written out it has more than {count} parts.").format(
                    count=format_number(MAX_RULES if self.count > MAX_RULES else MAX_ELEMENTS)
                )
            )

    def check(self) -> None:
        """Raises GrammarError."""
        if ROOT not in self._rules:
            raise GrammarError(_("The grammar has no rule called “root”, with which the answer begins."))
        for name, alternatives in self._rules.items():
            for element in (element for alternative in alternatives for element in alternative):
                if element.rule is not None and element.rule not in self._rules:
                    raise self._broken(name, _("There is no rule called {rule}.").format(rule=element.rule[:80]))
        self._find_empty()
        self._check_stacks(self._walk())
        self._check_ambiguity()

    def _check_ambiguity(self) -> None:
        rules: dict[str, list[list[str | None]]] = {}
        for name, alternatives in self._rules.items():
            rules[name] = [[element.rule for element in alternative] for alternative in alternatives]
            if " " in name and rules[name][0][-1:] == [name]:  # a repetition: what is repeated follows itself
                rules[name][0] = rules[name][0][:-1] * 2
        try:
            found = AmbiguityFinder(rules, self._empty).find()
        except TooLargeToTell:
            raise GrammarError(_("The grammar has too many rules that refer to each other.")) from None
        if found is not None:
            raise self._broken(
                found, _("A rule that can end with itself is followed by itself: texts can be read in too many ways.")
            )

    def _users(self) -> dict[str, list[str]]:
        """The rules that refer to each rule."""
        users: dict[str, list[str]] = {}
        for name, alternatives in self._rules.items():
            for rule in {element.rule for alternative in alternatives for element in alternative}:
                if rule is not None:
                    users.setdefault(rule, []).append(name)
        return users

    def _find_empty(self) -> None:
        """Which rules may be empty: a work list over the rules that refer to each."""
        users = self._users()
        waiting = list(self._rules)
        while waiting:
            name = waiting.pop()
            if name not in self._empty and any(map(self._may_be_empty, self._rules[name])):
                self._empty.add(name)
                waiting.extend(users.get(name, ()))

    def _may_be_empty(self, alternative: Alternative) -> bool:
        return all(element.rule in self._empty for element in alternative)

    def _leading(self, alternative: Alternative) -> Alternative:
        """The elements with which the alternative can begin."""
        for index, element in enumerate(alternative):
            if element.rule not in self._empty:
                return alternative[: index + 1]
        return alternative

    def _walk(self) -> dict[str, _Walked]:
        """Depth first over leading references, without recursion."""
        walked: dict[str, _Walked] = {}
        for start in self._rules:
            path: list[str] = [start]
            open_rules: set[str] = set()
            while path:
                name = path[-1]
                if name in walked:
                    path.pop()
                    continue
                refs = {e.rule for alt in self._rules[name] for e in self._leading(alt) if e.rule is not None}
                unknown = [rule for rule in refs - self._own_tail(name) if rule not in walked]
                if name in open_rules and not unknown:
                    walked[name] = self._measure(name, walked)
                    open_rules.discard(name)
                    path.pop()
                    continue
                open_rules.add(name)
                if any(rule in open_rules for rule in unknown):
                    raise self._broken(name, _("A rule begins with itself (left recursion), which is not possible."))
                path.extend(unknown)
        return walked

    def _check_stacks(self, walked: dict[str, _Walked]) -> None:
        """Raises GrammarError where choices follow each other that are too large together."""
        most = {name: self._widest(alternatives, walked) for name, alternatives in self._rules.items()}
        users, waiting = self._users(), sorted(most, key=most.__getitem__)
        while waiting:  # a rule may be as wide as any that it refers to
            name = waiting.pop()
            for user in users.get(name, ()):
                if most[user] < most[name]:
                    most[user] = most[name]
                    waiting.append(user)
        for name, alternatives in self._rules.items():
            for alternative in alternatives:
                following = self._ways_from(alternative, walked)
                for element, ways in zip(alternative, following[1:], strict=False):
                    if element.rule is not None and most[element.rule] * ways > MAX_STACKS:
                        raise self._broken(name, _("Too many choices follow each other."))

    def _widest(self, alternatives: list[Alternative], walked: dict[str, _Walked]) -> int:
        inner = max((max(self._ways_from(one, walked), default=1) for one in alternatives), default=1)
        return max(inner, sum(self._ways_from(one, walked)[0] for one in alternatives if one))

    def _ways_from(self, alternative: Alternative, walked: dict[str, _Walked]) -> list[int]:
        """For each position: in how many ways the rest can begin."""
        ways = [0]
        for element in reversed(alternative):
            rest = ways[-1] if element.rule in self._empty else 0
            ways.append(rest + (1 if element.rule is None else walked[element.rule].ways))
        return ways[:0:-1]

    def _own_tail(self, name: str) -> set[str | None]:
        """A repetition refers to itself at its end only, where llama.cpp's stack does not grow; it refuses the
        repetition of what has an empty alternative."""
        repeated = self._rules[name][0][:-1] if " " in name else []
        return set() if all(e.rule is not None and [] in self._rules[e.rule] for e in repeated) else {name}

    def _measure(self, name: str, walked: dict[str, _Walked]) -> _Walked:
        result = _Walked()
        for alternative in self._rules[name]:
            own = self._own_tail(name)
            starts = [element.rule for element in self._leading(alternative) if element.rule not in own]
            leading = [walked[rule] if rule is not None else _Walked(1, 1, 0) for rule in starts]
            result.ways += sum(one.ways for one in leading)
            result.skips = max(result.skips, sum(one.skips for one in leading))
            result.chain = max(result.chain, 1 + max((one.chain for one in leading), default=0))
        if result.chain > _MAX_CHAIN:
            raise self._broken(name, _("Too many rules begin with each other."))
        if result.ways > MAX_WAYS:
            raise self._broken(name, _("It can begin in too many ways."))
        if result.skips > MAX_SKIPPABLE:
            raise self._broken(name, _("Too many parts follow each other that may all be left out."))
        return result

    def _broken(self, name: str, problem: str) -> GrammarError:
        """`problem` is a sentence."""
        return GrammarError(
            _("The grammar cannot be used (rule {rule}, line {line}). {problem}").format(
                rule=name.partition(" ")[0][:80], line=self._lines[name], problem=problem
            )
        )
