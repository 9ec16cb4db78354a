"""Colours of code: line by line, and only for languages that are known without looking."""

from __future__ import annotations

from importlib import metadata

import pytest
from pygments.lexers import get_lexer_by_name

from fanlight.markdown.highlight import COMMON, Highlighter, _kind, label, lexer
from support.chat_samples import CODE

SOURCES = {
    "python": CODE,
    "json": '{"a": [1, 2.5, "x"], "b": null}',
    "javascript": "const a = `one ${b} two`;\nfunction f() { return 'x'; } // end",
    "bash": 'for f in *.png; do\n  echo "$f" # name\ndone',
    "c": "#include <stdio.h>\nint main(void) { return 0; /* ok */ }",
    "rust": 'fn main() {\n    println!("{}", 1);\n}',
    "sql": "SELECT a, count(*) FROM t WHERE b = 'x' GROUP BY a;",
    "html": '<p class="a">text <b>bold</b></p>',
    "css": "a:hover { color: #fff; }",
    "yaml": "a: 1\nb:\n  - c",
    "go": 'package main\nfunc main() { fmt.Println("x") }',
}


def kinds(pieces: tuple[tuple[str, str], ...]) -> list[str]:
    """One kind a character."""
    return [kind for text, kind in pieces for _ in text]


@pytest.mark.parametrize("language", sorted(SOURCES))
def test_lines_are_coloured_as_pygments_colours_the_whole(language: str) -> None:
    source = SOURCES[language]
    whole: list[str] = []
    for token, text in get_lexer_by_name(language, stripnl=False, ensurenl=True).get_tokens(source):
        whole += [_kind(token)] * len(text)
    colours = Highlighter(language)
    at, differ = 0, 0
    for line in source.split("\n"):
        pieces = colours.line(line)
        assert "".join(text for text, _ in pieces) == line
        pairs = zip(kinds(pieces), whole[at : at + len(line)], line, strict=True)
        differ += sum(a != b for a, b, letter in pairs if not letter.isspace())
        at += len(line) + 1
    assert differ <= len(source) * 0.02


@pytest.mark.parametrize(
    "language", [*COMMON, "jinja", "pycon", "ps1con", "lhs", "erl", "tex", "make", "docker", "nix"]
)
def test_every_character_is_kept_in_any_language(language: str) -> None:
    colours = Highlighter(language)
    for line in (
        "def f(x): /* a */ return 'x'",
        "",
        "$ ls -la",
        "<a href='b'>{{ c }} <?php",
        '"""',
        "/* open",
        "\t∑ 😀",
    ):
        assert "".join(text for text, _ in colours.line(line)) == line


def test_a_docstring_goes_on_over_lines() -> None:
    colours = Highlighter("python")
    colours.line('x = """one')
    assert kinds(colours.line("two = 2")) == ["string"] * 7
    assert kinds(colours.line('three"""'))[-1] == "string"
    assert kinds(colours.line("def f(): pass"))[0] == "keyword"


def test_a_comment_goes_on_over_lines_and_ends() -> None:
    colours = Highlighter("c")
    assert set(kinds(colours.line("/* one"))) == {"comment"}
    assert set(kinds(colours.line("two"))) == {"comment"}
    assert set(kinds(colours.line("three */"))) == {"comment"}
    assert kinds(colours.line("return 0;"))[0] == "keyword"


def test_a_line_that_grows_leaves_no_trace() -> None:
    colours, fresh = Highlighter("python"), Highlighter("python")
    for part in ('x = """', 'x = """open'):
        colours.peek(part)
    assert colours.line("def f(): pass") == fresh.line("def f(): pass")


@pytest.mark.parametrize("name", ["pyt", "nonsense", "", "text", "pythonn", "x" * 5000])
def test_unknown_languages_stay_plain(name: str) -> None:
    assert Highlighter(name).line("def f(): return 1") == (("def f(): return 1", ""),)


def test_no_plugin_is_ever_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scanning the installed packages for lexers takes 38 to 75 ms."""
    scans: list[str] = []

    def scan(**_: str) -> tuple[()]:
        scans.append("scan")
        return ()

    monkeypatch.setattr(metadata, "entry_points", scan)
    for name in ("pyt", "python", "unheard-of"):
        Highlighter(name).line("x")
    assert not scans


def test_languages_have_names_for_people() -> None:
    assert (label("py"), label("js"), label("c++"), label("mystery")) == ("Python", "JavaScript", "C++", "mystery")
    assert lexer("mystery") is None


def test_a_very_long_line_is_plain_and_costs_nothing() -> None:
    line = "x = 1; " * 1_000
    assert Highlighter("python").line(line) == ((line, ""),)
