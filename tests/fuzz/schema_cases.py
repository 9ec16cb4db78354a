"""Schemas, grammars and templates in every shape that can be thought of, drawn from a seed: sound ones, sound ones with
one thing wrong, and ones that are deep, long, or refer to each other without end."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Dice = random.Random


@dataclass(frozen=True)
class WildCase:
    number: int
    kind: str
    text: str


def wild_case(number: int, seed: int = 0) -> WildCase:
    dice = Dice(f"{seed}:{number}")
    kind = dice.choices(("schema", "grammar", "template"), (5, 3, 3))[0]
    make: dict[str, Callable[[Dice], str]] = {"schema": _schema, "grammar": _grammar, "template": _template}
    text = make[kind](dice)
    if dice.random() < 0.15:
        text = _garbled(dice, text)
    return WildCase(number, kind, text)


def _garbled(dice: Dice, text: str) -> str:
    """With some characters cut out, doubled or replaced."""
    for _time in range(dice.choice((1, 1, 2, 8))):
        at = dice.randrange(len(text) + 1)
        new = dice.choice(("", "", text[at : at + 20] * 2, dice.choice('{}[]()"\\%|*+?:,\n\0\ud83d'), "é"))
        text = text[:at] + new + text[at + dice.choice((0, 1, 5)) :]
    return text


# Schemas

_NAMES = ("a", "b", "total", 'q"', "c\\d", "é", "\U0001f600", "$ref", "type", "x/y~z", "")
_TEXTS = ("a", "é", '"', "\\", "\U0001f600", "EUR", "\n", "", "2024-02-29")
_FORMATS = (
    "date", "date-time", "time", "uuid", "email", "uri", "ipv4", "hostname", "duration", "password", "regex",
)  # fmt: skip
_SOUND_PATTERNS = ("^a+$", "^b", r"^\d{2}-\w$", "^[A-Z]{2,3}$", "x|y", "^[^\\s]+$", "^(a+)+$", ".*.*.*.*x")
_PATTERNS = (
    *_SOUND_PATTERNS * 2, r"^(?!^[-+.]*$)[+-]?0*\d*\.?\d*$", "(a)\\1", "a(b", "^(?=a).*$", "[", "x{0,99999}",
    "^(?=(a+)+$)b", r"\p{L}", "(" * 300 + ")" * 300, "^" + "a?" * 400 + "$", r"(?<n>a)\k<n>",
)  # fmt: skip
_COUNTS = (0, 0, 1, 1, 2, 2, 3, 3, 10, 10, 20_000, 20_000, 10**9, -1, 1.5)


def _value(dice: Dice, depth: int = 0) -> Any:
    kind = dice.randrange(7 if depth < 3 else 5)
    if kind == 5:
        return [_value(dice, depth + 1) for _number in range(dice.randrange(3))]
    if kind == 6:
        return {dice.choice(_NAMES): _value(dice, depth + 1) for _number in range(dice.randrange(3))}
    return (None, dice.random() < 0.5, dice.randint(-9, 9), dice.choice((0.1, 1e300, -2.5)), dice.choice(_TEXTS))[kind]


def _schema(dice: Dice) -> str:
    if dice.random() < 0.12:
        return json.dumps(dice.choice(_EXTREME)(dice))
    schema = _part(dice, 0)
    if isinstance(schema, dict):
        for container in ("$defs", "definitions"):
            schema[container] = {name: _part(dice, 2) for name in ("a", "b", "x/y")}
        if dice.random() < 0.1:
            schema["$id"] = "https://example.org/s.json"
        if dice.random() < 0.2:
            drafts = ("2020-12/schema", "draft-07/schema#", "draft-04/schema#", "nothing")
            schema["$schema"] = f"https://json-schema.org/{dice.choice(drafts)}"
    return json.dumps(schema, ensure_ascii=dice.random() < 0.5)


def _part(dice: Dice, depth: int) -> Any:
    if depth > 3:
        return dice.choice((True, {}, {"type": "integer"}, {"type": "string"}, {"title": "Any"}, {"const": 1}))
    if dice.random() < 0.05:
        return dice.choice((True, False, {}))
    made: dict[str, Any] = {}
    for _time in range(dice.choice((1, 1, 1, 2, 3))):
        made |= dice.choice(_PARTS)(dice, depth)
    return made


def _typed(dice: Dice, kind: str, more: dict[str, Any]) -> dict[str, Any]:
    return {"type": [kind, "null"] if dice.random() < 0.3 else kind} | more


def _number(dice: Dice, _depth: int) -> dict[str, Any]:
    keys = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
    bounds = {
        key: dice.choice((0, 1, -3, 7, 0.5, 0.01, 100, 2, 3, 2**60)) for key in dice.sample(keys, dice.randrange(3))
    }
    return _typed(dice, dice.choice(("integer", "number")), bounds)


def _text(dice: Dice, _depth: int) -> dict[str, Any]:
    more: dict[str, Any] = {}
    for key, choices in (("minLength", _COUNTS), ("maxLength", _COUNTS), ("pattern", _PATTERNS), ("format", _FORMATS)):
        if dice.random() < 0.3:
            more[key] = dice.choice(choices)
    return _typed(dice, "string", more)


def _array(dice: Dice, depth: int) -> dict[str, Any]:
    more: dict[str, Any] = {"items": _part(dice, depth + 1)}
    for key in ("minItems", "maxItems"):
        if dice.random() < 0.4:
            more[key] = dice.choice(_COUNTS)
    if dice.random() < 0.2:
        more["uniqueItems"] = True
    if dice.random() < 0.2:
        more["prefixItems"] = [_part(dice, depth + 1), _part(dice, depth + 1)]
    if dice.random() < 0.1:
        more["items"] = [_part(dice, depth + 1)]
    return _typed(dice, "array", more)


def _object(dice: Dice, depth: int) -> dict[str, Any]:
    names = dice.sample(_NAMES, dice.randrange(4))
    more: dict[str, Any] = {"properties": {name: _part(dice, depth + 1) for name in names}}
    if dice.random() < 0.6:
        more["required"] = [
            *dice.sample(names, dice.randrange(len(names) + 1)),
            *(["z"] if dice.random() < 0.1 else []),
        ]
    if dice.random() < 0.5:
        more["additionalProperties"] = dice.choice((False, False, {"type": "integer"}))
    for key in ("minProperties", "maxProperties"):
        if dice.random() < 0.15:
            more[key] = dice.choice(_COUNTS)
    if dice.random() < 0.1:
        more["patternProperties"] = {dice.choice(_SOUND_PATTERNS): _part(dice, depth + 1)}
    return _typed(dice, "object", more)


def _combined(dice: Dice, depth: int) -> dict[str, Any]:
    words = ("anyOf", "anyOf", "anyOf", "oneOf", "allOf", "allOf", "not", "if", "contains", "propertyNames")
    word = dice.choice(words)
    parts = [_part(dice, depth + 1) for _number in range(dice.choice((1, 1, 2, 3)))]
    return {word: parts if word.endswith("Of") else parts[0] if parts else {}}


def _reference(dice: Dice, _depth: int) -> dict[str, Any]:
    targets = (
        "#",
        "#/$defs/a",
        "#/definitions/b",
        "#/$defs/x~1y",
        "#/nowhere",
        "https://example.org/s.json#/$defs/a",
        "#a",
    )
    return {"$ref": dice.choice(targets)}


def _chosen(dice: Dice, _depth: int) -> dict[str, Any]:
    if dice.random() < 0.3:
        return {"const": _value(dice)}
    return {"enum": [_value(dice) for _number in range(dice.choice((0, 1, 2, 2, 3, 4)))]}


_PARTS = (_number, _text, _text, _array, _object, _object, _combined, _reference, _chosen)


def _deep(dice: Dice) -> Any:
    schema: Any = {"type": "string"}
    for _number in range(dice.choice((20, 45, 60, 400))):
        schema = dice.choice(({"type": "array", "items": schema}, {"anyOf": [schema]}, {"properties": {"a": schema}}))
    return schema


def _doubling(dice: Dice) -> Any:
    word, count = dice.choice(("anyOf", "allOf", "oneOf")), dice.choice((5, 20, 60))
    doubled = {f"d{n}": {word: [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(count)}
    return {"$defs": {**doubled, f"d{count}": {"type": "integer"}}, "$ref": "#/$defs/d0"}


_EXTREME: tuple[Callable[[Dice], Any], ...] = (
    _deep,
    _doubling,
    lambda dice: {
        "type": "string",
        dice.choice(("maxLength", "minLength")): dice.choice((2_000, 20_000, 10**7, 10**30)),
    },
    lambda dice: {"type": "array", "items": {}, dice.choice(("maxItems", "minItems")): dice.choice((20_000, 10**9))},
    lambda dice: {"enum": [f"w{n}" for n in range(dice.choice((500, 5_000)))]},
    lambda dice: {
        "type": "object",
        "properties": {f"p{n}": {"type": "string"} for n in range(dice.choice((50, 400, 3_000)))},
    },
    lambda dice: {"anyOf": [{"type": "object", "properties": {f"p{n}": {}}} for n in range(dice.choice((20, 150)))]},
    lambda dice: {"allOf": [{"properties": {"a": {"$ref": "#"}}}, {"properties": {"a": {"$ref": "#"}}}]},
    lambda dice: {"type": "string", "pattern": "(" * dice.choice((5, 5_000)) + ")" * 5},
    lambda dice: {"type": "string", "pattern": "((((a{0,99}){0,99}){0,99}){0,99}){0,99}"},
    lambda dice: {
        "type": "number",
        "multipleOf": dice.choice((1e-300, 0, 3, 1e300)),
        "minimum": -1e308,
        "maximum": 1e308,
    },
    lambda dice: {"const": [[[[[[[[[[dice.choice(_TEXTS)]]]]]]]]]]},
)

# Grammars

_RULES = ("root", "a", "b", "ws", "value", "x-1")


def _grammar(dice: Dice) -> str:
    if dice.random() < 0.15:
        return dice.choice(_WILD_GRAMMARS)(dice)
    names = _RULES[: dice.randrange(1, 6)]
    return "\n".join(f"{name} ::= {_choices(dice, names, 0)}" for name in names)


def _choices(dice: Dice, names: Sequence[str], depth: int) -> str:
    return " | ".join(_sequence(dice, names, depth) for _number in range(dice.choice((1, 1, 2, 3))))


def _sequence(dice: Dice, names: Sequence[str], depth: int) -> str:
    items = (_item(dice, names, depth) + _repetition(dice) for _number in range(dice.choice((1, 2, 3, 4))))
    return " ".join(items)


def _item(dice: Dice, names: Sequence[str], depth: int) -> str:
    kind = dice.randrange(9 if depth < 3 else 7)
    if kind < 3:
        return json.dumps(dice.choice(("a", "b", "ab", "c", "é", "\\", "\U0001f600", "\n")), ensure_ascii=False)
    if kind < 5:
        return dice.choice(("[a-z]", "[^a]", "[ \\t\\n]", "[\\x00-\\x1f]", ".", "[\\u00e9-\\U0001F600]", "[z-a]"))
    if kind == 5:
        return dice.choice(names)
    if kind == 6:
        return dice.choice(("<[3]>", "<|end|>", "!<[4]>", '"x"', '"x"', '"x"', "[]", "<no>", "[a-", "("))
    return f"({_choices(dice, names, depth + 1)})"


def _repetition(dice: Dice) -> str:
    signs = ("*", "+", "?", "{2}", "{0,3}", "{1,}", "{0}", "{0,1400}", "{99999}", "{3,1}", "**")
    return dice.choice(signs[:7] if dice.random() < 0.9 else signs) if dice.random() < 0.4 else ""


_WILD_GRAMMARS: tuple[Callable[[Dice], str], ...] = (
    lambda dice: "root ::= " + "(" * (n := dice.choice((30, 500, 20_000))) + '"a"' + ")" * n,
    lambda dice: "root ::= " + '"a"? ' * dice.choice((20, 99, 3_000)),
    lambda dice: "root ::= (" + '"a"? ' * dice.choice((20, 90)) + ")*",
    lambda dice: "root ::= (" + " | ".join(['"a"'] * dice.choice((5, 200, 5_000))) + ")*",
    lambda dice: "root ::= " + " | ".join(f'"w{n}"' for n in range(dice.choice((500, 4_000, 9_000)))),
    lambda dice: "\n".join(
        f'{"root" if not n else f"a{n}"} ::= a{n + 1} "x" | a{n + 1}' for n in range(dice.choice((8, 60)))
    ),
    lambda dice: (
        "\n".join(f"{'root' if not n else f'a{n}'} ::= a{n + 1}" for n in range(dice.choice((500, 30_000)))) + "\n"
    ),
    lambda dice: 'root ::= "' + "x" * dice.choice((1_000, 400_000, 2_000_000)) + '"',
    lambda dice: 'root ::= "ab"{0,' + dice.choice(("700", "1999", "20000", "9" * 40)) + "}",
    lambda dice: 'root ::= ((a* b*)* a?)* b\na ::= "x" a? | b?\nb ::= [a-z]*',
    lambda dice: "#" * 5_000 + "\nroot ::= [0-9]+",
)

# Templates

_BODY = (
    "{% for m in messages %}{% if m.role == 'user' %}[I] {{ m.content }} [/I]"
    "{% else %}{{ m.content }}{% endif %}{% endfor %}"
)
_EXPRESSIONS = (
    "messages", "messages | length", "messages[0].content", "'a' * N", "[1] * N", "N ** N", "range(N) | list",
    "ns.x ~ ns.x", "ns.x + ns.x", "[ns.x, ns.x]", "dict(a=ns.x, b=ns.x)", "ns.x | tojson(indent=N)",
    "'%Nd' % 1", "'{:>N}'.format(1)",
    "'a' | center(N)", "'a\nb' | indent(N)", "('a' * 9999) | replace('a', 'b' * 9999)", "range(N) | join('x' * 9999)",
    "[1] | batch(N, 'x') | list", "messages | map(attribute='content') | list", "ns.x | string", "ns.x == ns.y",
    "f(N)", "f(ns.x)", "loop.index", "strftime_now('%Y')", "messages | tojson", "none.x", "1 / 0",
    "ns.x | sum(start=[])",
    "messages | selectattr('role', 'equalto', 'user') | list", "''.__class__", "messages.append(1)", "x | frobnicate",
    "'a'.ljust(N)", "('a' * 9999).replace('a', 'b' * 9999)", "'9' * 9999 | int", "ns.x | sort", "caller()",
)  # fmt: skip
_COUNTS_IN_TEMPLATES = ("2", "9", "60", "999", "99999", "9999999", "99999999999")


def _expression(dice: Dice) -> str:
    return dice.choice(_EXPRESSIONS).replace("N", dice.choice(_COUNTS_IN_TEMPLATES))


def _statement(dice: Dice, depth: int) -> str:
    inner = _statement(dice, depth + 1) if depth < 3 else "{{ ns.x }}"
    return dice.choice((
        f"{{{{ {_expression(dice)} }}}}",
        f"{{% set ns.x = {_expression(dice)} %}}",
        f"{{% set x = {_expression(dice)} %}}",
        f"{{% for i in range({dice.choice(_COUNTS_IN_TEMPLATES)}) %}}{inner}{{% endfor %}}",
        f"{{% for i in {_expression(dice)} %}}{inner}{{% endfor %}}",
        f"{{% if {_expression(dice)} %}}{inner}{{% endif %}}",
        f"{{% macro f(n) %}}{inner}{{{{ f(n) }}}}{{% endmacro %}}",
        f"{{% set y %}}{inner}{{% endset %}}",
        f"{{%- generation -%}}{inner}{{%+ endgeneration %}}",
        f"{{% call f(1) %}}{inner}{{% endcall %}}",
        inner + inner,
    ))  # fmt: skip


def _template(dice: Dice) -> str:
    parts = [_statement(dice, 0) for _number in range(dice.choice((1, 1, 2, 3)))]
    return "{% set ns = namespace(x='a', y=[1]) %}" + "".join(parts) + _BODY
