"""A chat template is a stranger's program: it ends, it stays small, Stop reaches it, and its error names the line."""

from __future__ import annotations

import time

import pytest

from fanlight.domain.errors import TemplateBroken
from fanlight.domain.messages import Message
from fanlight.domain.stop import StopFlag
from fanlight.engine import template_budget
from fanlight.engine.template import Template
from fanlight.engine.template_budget import RenderingStopped

INST = (
    "{% for m in messages %}{% if m.role == 'user' %}[INST] {{ m.content }} [/INST]"
    "{% else %}{{ m.content }}{% endif %}{% endfor %}"
)
GROW = "{% set ns = namespace(x=START) %}{% for i in range(60) %}{% set ns.x = STEP %}{% endfor %}"
TOO_LARGE = {
    "repeated text": "{{ 'a' * 100000000000 }}",
    "repeated list": "{{ [1] * 100000000000 }}",
    "power": "{% set x = 10 ** 400000000 %}",
    "power of a fraction": "{{ 2.0 ** 99999 }}",
    "squares": GROW.replace("START", "10").replace("STEP", "ns.x * ns.x"),
    "sums of texts": GROW.replace("START", "'a'").replace("STEP", "ns.x + ns.x"),
    "joined texts": GROW.replace("START", "'a'").replace("STEP", "ns.x ~ ns.x"),
    "blocks": "{% set x %}aaaaaaaaaa{% endset %}" + ("{% set x %}" + "{{ x }}" * 10 + "{% endset %}") * 9,
    "width of a filter": "{{ 'a' | center(10000000000) }}",
    "width of a method": "{{ 'a'.ljust(10000000000) }}",
    "width in a format": "{{ '%99999999999d' % 1 }}",
    "width beside a format": "{{ '%*d' % (9999999999, 1) }}",
    "width in braces": "{{ '{:>9999999999}'.format(1) }}",
    "width from an argument": "{{ '{:>{}}'.format(1, 9999999999) }}",
    "width of the format filter": "{{ '%99999999999d' | format(1) }}",
    "indent": "{{ 'a\nb' | indent(9999999999) }}",
    "indent of JSON": "{{ {'a': [1]} | tojson(indent=9999999999) }}",
    "filled rows": "{{ [1] | batch(9999999999, 'x') | list }}",
    "slices": "{{ [1] | slice(9999999999) | list }}",
    "replaced by a filter": "{{ ('a' * 100000) | replace('a', 'b' * 100000) }}",
    "replaced by a method": "{{ ('a' * 100000).replace('a', 'b' * 100000) }}",
    "joined by a filter": "{{ range(99999) | join('x' * 100000) }}",
    "joined by a method": "{{ ('x' * 100000).join(['a'] * 100000) }}",
    "a filter by name": "{{ ['a'] | map('center', 9999999999) | list }}",
    "bytes of a number": "{{ (1).to_bytes(9999999999, 'big') }}",
    "tabs": "{{ '\t'.expandtabs(9999999999) }}",
    "a range": "{{ range(10 ** 12) | list }}",
}
TOO_LONG = {
    "loops in loops": "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
    "a macro twice": "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
    "much text": "{% for i in range(99999) %}" + "x" * 20000 + "{% endfor %}",
}
EITHER = {
    "joined from a filter": "{{ range(99999) | map('string') | join('x' * 100000) }}",
    "lists of lists": GROW.replace("START", "[1]").replace("STEP", "[ns.x, ns.x]") + "{{ ns.x }}",
    "maps of maps": GROW.replace("START", "{}").replace("STEP", "dict(a=ns.x, b=ns.x)") + "{{ ns.x | tojson }}",
    "filters in a loop": "{% for i in range(99999) %}{% set x = range(9999) | map('string') | list %}{% endfor %}",
    "a condition of a loop": "{% for i in range(99999) if range(9999) | select('equalto', -1) | list %}{% endfor %}",
}
ENDLESS = {
    "macro": "{% macro f(n) %}{{ f(n + 1) }}{% endmacro %}{{ f(0) }}",
    "loop": "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
    "caller": "{% macro m() %}{{ caller() }}{% endmacro %}{% macro r() %}{% call m() %}{{ r() }}{% endcall %}"
    "{% endmacro %}{{ r() }}",
    "parentheses": "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
}


@pytest.fixture
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(template_budget, "STEPS", 60_000)


@pytest.mark.parametrize("source", TOO_LARGE.values(), ids=TOO_LARGE)
def test_nothing_becomes_larger_than_a_prompt(source: str) -> None:
    with pytest.raises(
        TemplateBroken, match=r"chat template cannot be used \(line \d\)\. It makes something too large"
    ):
        Template(source + INST)


@pytest.mark.usefixtures("_short")
@pytest.mark.parametrize("source", TOO_LONG.values(), ids=TOO_LONG)
def test_what_goes_on_and_on_is_ended(source: str) -> None:
    with pytest.raises(TemplateBroken, match="It takes too long"):
        Template(source + INST)


@pytest.mark.usefixtures("_short")
@pytest.mark.parametrize("source", EITHER.values(), ids=EITHER)
def test_lists_that_hold_themselves_many_times_are_ended(source: str) -> None:
    with pytest.raises(TemplateBroken, match=r"It takes too long|It makes something too large"):
        Template(source + INST)


@pytest.mark.parametrize("source", ENDLESS.values(), ids=ENDLESS)
def test_endless_recursion_is_said(source: str) -> None:
    with pytest.raises(TemplateBroken, match="calls itself without end, or is nested too deeply"):
        Template(source + INST)


def test_time_is_looked_at_between_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(range(1, 1_000_000))
    monkeypatch.setattr(time, "thread_time", lambda: float(next(ticks)))
    with pytest.raises(TemplateBroken, match="It takes too long"):
        Template("{% for i in range(99999) %}{% endfor %}" + INST)


def test_stop_reaches_a_template(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = StopFlag()
    stop.set()
    with pytest.raises(RenderingStopped):
        Template("{% for i in range(99999) %}{% endfor %}" + INST, stop=stop)
    template = Template("{% if messages | length > 3 %}{% for i in range(9999) %}{% endfor %}{% endif %}" + INST)
    talk = [Message.of("user", "a"), Message.of("assistant", "b")] * 3 + [Message.of("user", "c")]
    assert template.parts(talk, StopFlag())
    with pytest.raises(RenderingStopped):
        template.parts(talk, stop)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("\n\n{{ messages | frobnicate }}", r"\(line 3\)\. It says: No filter named 'frobnicate'\."),
        ("\n{% for m in", r"\(line 2\)\. It says: "),
        ("{{ raise_exception('only tools') }}", r"\(line 1\)\. It says: only tools\."),
        ("\n{{ nothing.here.at.all }}", r"\(line 2\)\. It says: .*nothing"),
        ("{% include 'other' %}", r"\(line 1\)\. It says: "),
        ("{{ 1 }}" * 60_000, "has 420,000 characters"),
    ],
)
def test_what_is_wrong_is_said_with_the_line(source: str, said: str) -> None:
    with pytest.raises(TemplateBroken, match=said) as caught:
        Template(source)
    assert "damaged" not in caught.value.text
    assert "\n" not in caught.value.message


def test_a_template_of_many_messages_is_within_its_budget() -> None:
    talk = [Message.of("user", "a"), Message.of("assistant", "b")] * 1500 + [Message.of("user", "c")]
    source = "{% set ns = namespace(all='') %}" + INST.replace("{% for m", "{% for m", 1)
    assert len(Template(source + "{{ messages | length }}").parts(talk)) > 3000
