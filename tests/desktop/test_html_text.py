"""Plain text from fragments of HTML: as a browser shows it, and in a time that grows with the length alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.desktop.html_text import LONGEST, read_html


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<h1>Head</h1><p>One</p><p>Two\n lines</p>", "Head\n\nOne\n\nTwo lines"),
        ("<pre>  x = 1\n    y</pre>z", "  x = 1\n    y\n\nz"),
        ("<ul><li><p>one</p></li><li>two</li></ul>", "- one\n\n- two"),
        ("<tr><td></td><td>b</td></tr><tr><td>c<td></tr>", "\tb\nc"),
        ("a&nbsp;b&#233;&lt;i&gt;", "a bé<i>"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ('<a title="a > b" href="x">link</a>', "link"),
        ("<![if !vml]>x<![endif]><?xml a?>y<!-- <b>no</b> -->", "xy"),
        ("<style>p{}</style><script>if (a<b) {}</script><TITLE>t</TITLE>words", "words"),
        ("un<b>brok</b>en", "unbroken"),
        ("<script>never closed", ""),
        ("<p", ""),
        ("a <", "a <"),
        ("", ""),
    ],
)
def test_what_is_shown_is_the_text(source: str, text: str) -> None:
    assert read_html(source).text == text


def test_pictures_are_listed_and_make_a_picture_of_it_only_alone() -> None:
    alone = read_html(
        "<meta charset=utf-8>\n<a href=x><IMG data-src='no' alt='a>b' SRC='https://x.example/a.png'></a>&nbsp;"
    )
    assert (alone.pictures, alone.is_picture) == (("https://x.example/a.png",), True)
    assert not read_html("<p>words <img src=a.png></p>").is_picture
    assert not read_html("<p>no picture</p>").is_picture
    assert read_html("<img src='a?b&amp;c'>").pictures == ("a?b&c",)


@given(st.text("<>/!-?&;=\"' abpimgsrcx\n", max_size=200))
def test_any_soup_is_read(source: str) -> None:
    read_html(source)


@pytest.mark.parametrize(
    "piece", ["<!--", "<", "<a ", "<!", '<a "', '<a b="', "<script", "<pre>", "&", "<a>", "<?", "'<img src="]
)
def test_malformed_fragments_take_no_longer_than_others(piece: str) -> None:
    began = time.thread_time()
    read_html(piece * (200_000 // len(piece)))
    assert time.thread_time() - began < 5
    read_html("x" * (LONGEST + 10))
