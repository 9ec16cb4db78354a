"""Grammars are read before llama.cpp reads them: what would end or hang the process is a sentence with its place."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanlight.domain.errors import GrammarError
from fanlight.engine.gbnf import check_grammar

JSON = r"""
root   ::= object
value  ::= object | array | string | number | ("true" | "false" | "null") ws
object ::= "{" ws ( string ":" ws value ("," ws string ":" ws value)* )? "}" ws
array  ::= "[" ws ( value ("," ws value)* )? "]" ws
string ::= "\"" ( [^"\\\x7F\x00-\x1F] | "\\" (["\\bfnrt] | "u" [0-9a-fA-F]{4}) )* "\"" ws # a comment
number ::= ("-"? ([0-9] | [1-9] [0-9]{0,15})) ("." [0-9]+)? ([eE] [-+]? [0-9] [1-9]{0,15})? ws
ws     ::= | " " | "\n" [ \t]{0,20}
"""
ARITHMETIC = r"""
root  ::= (expr "=" ws term "\n")+
expr  ::= term ([-+*/] term)*
term  ::= ident | num | "(" ws expr ")" ws
ident ::= [a-z] [a-z0-9_]* ws
num   ::= [0-9]+ ws
ws    ::= [ \t\n]*
"""
SOUND = {
    "arithmetic": ARITHMETIC,
    "nested repetitions": 'root ::= (sp | nl)* ("a"*)*\nsp ::= [ \\t]*\nnl ::= "\\r"? "\\n"',
    "a list": 'root ::= "a" root? "a"*',
    "expressions": 'root ::= s\ns ::= "(" s* ")" | [a-z]+ " "*',
    "a text": 'root ::= "a"',
    "JSON": JSON,
    "beyond ASCII": 'root ::= ("é" | "日") "!" [а-я]+',
    "lines": 'root ::=\n  "a" |\n  ("b"\n | "c")\n\nother ::= "d"\r\n',
    "many repetitions": 'root ::= ("a" | "b"){0,1400}',
    "repeated empty parts": 'root ::= ("a"? "b"?)*',
    "no end, for whoever limits the tokens": 'root ::= "a" root',
    "a token": "root ::= <think> [^<]* <[7]> !<[8]>",
    "recursion": 'root ::= "(" root? ")"',
    "many words": "root ::= " + " | ".join(f'"w{number}"' for number in range(4000)),
}
DEEP = "\n".join(["root ::= a0", *(f"a{number} ::= a{number + 1}" for number in range(15_000)), 'a15000 ::= "z"'])
DOUBLING = "\n".join(
    ["root ::= a0", *(f'a{number} ::= a{number + 1} "x" | a{number + 1} "y"' for number in range(40)), 'a40 ::= "z"']
)
UNSOUND = {
    "nested parentheses": ("root ::= " + "(" * 20_000 + '"a"' + ")" * 20_000, r"line 1, column \d+\).*nested"),
    "repetitions": ('root ::= "a"{0,20000}', r"line 1, column 13\).*20,000 times"),
    "repetitions of repetitions": ('root ::= (("a"{0,100}){0,100}){0,100}', "times"),
    "a huge number": ('root ::= "a"{99999999999999999999}', "times"),
    "repeated literal": ('root ::= "' + "x" * 300_000 + '"{0,1000}', "too large"),
    "a chain of rules": (DEEP, "Too many rules begin with each other"),
    "doubling rules": (DOUBLING, "too many ways"),
    "optional parts": ("root ::= " + '"a"? ' * 200, "may all be left out"),
    "choices after choices": ("root ::= (" + " | ".join(['"a"'] * 900) + ")*", "Too many choices"),
    "itself twice": ('root ::= s*\ns ::= "a" s? s?', "followed by itself"),
    "itself some times": ('root ::= "b" ("b"+ | root){0,3} "b"{0,3}', "followed by itself"),
    "left recursion": ('root ::= root "a" | "b"', r"rule root, line 1\).*begins with itself"),
    "hidden left recursion": ('root ::= e root "a" | "b"\ne ::= f\nf ::= "x"?', "begins with itself"),
    "repetition of nothing": ('root ::= (| "a")*', "begins with itself"),
    "an unknown rule": ("root ::= x", "no rule called x"),
    "no root": ('other ::= "x"', "no rule called “root”"),
    "an open text": ('root ::= "a', "opened at line 1, column 10 is not closed"),
    "an open class": ("root ::= [a-", "not closed"),
    "an open parenthesis": ('root ::= ("a"', "opened at line 1, column 10 is not closed"),
    "an empty class": ("root ::= []", "is empty"),
    "an escape": (r'root ::= "\d"', "not an escape"),
    "nothing to repeat": ("root ::= *", "nothing to repeat"),
    "a backward repetition": ('root ::= "a"{3,1}', "ends before it begins"),
    "an open repetition": ('root ::= "a"{3', "A closing brace is expected"),
    "a token over lines": ("root ::= <no\nthing>", "not the name of a token"),
    "an unknown token": ("root ::= <nothing>", "no token <nothing>"),
    "a second line": ('root ::= "a"\n  | "b"', r"line 2, column 3"),
    "no equals sign": ('root = "a"', "“::=” is expected"),
    "half a character": ('root ::= "\ud83d"', "halves of characters"),
    "a zero": ('root ::= "a\0"', "NUL"),
    "nothing": (" \n", "is empty"),
    "a book": ("# " + "x" * 1_000_001, "at most 1,000,000"),
}


@pytest.mark.parametrize("grammar", SOUND.values(), ids=SOUND)
def test_a_sound_grammar_passes(grammar: str) -> None:
    check_grammar(grammar, "<think>".__eq__)


@pytest.mark.parametrize(("grammar", "said"), UNSOUND.values(), ids=UNSOUND)
def test_what_llama_cpp_would_die_of_or_print_is_a_sentence(grammar: str, said: str) -> None:
    with pytest.raises(GrammarError, match=said) as caught:
        check_grammar(grammar, "<think>".__eq__)
    assert "\n" not in caught.value.message
    assert "GBNF" in caught.value.hint


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet='rot:=" abz|()[]{}*+?,0129^-\\nx<>!.#\n', max_size=60))
def test_any_text_is_read_to_its_end(text: str) -> None:
    for grammar in (text, "root ::= " + text):
        with contextlib.suppress(GrammarError):
            check_grammar(grammar, bool)
