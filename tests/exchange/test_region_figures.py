"""Places that an answer names are in an exported page: drawn on the picture, without a script, and in no JSON."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

from fanlight.domain.archive import ArchivedConversation, ArchivedMessage
from fanlight.domain.messages import TextPart
from fanlight.domain.stored import StoredPicture, answered_by
from fanlight.exchange.own_json import conversation_text
from fanlight.exchange.web_page import conversation_html

WIDE = StoredPicture("a" * 64, "png", "wide.png", 2000, 1000, "1")
TALL = StoredPicture("b" * 64, "jpeg", "tall.jpg", 500, 1000, "2")
BOX = '{"bbox_2d": [100, 200, 500, 800], "label": "%s"}'


def conversation(
    answer: str, *pictures: StoredPicture, footer: str = "", question: str = "Give me boxes."
) -> ArchivedConversation:
    asked = ArchivedMessage("user", (*pictures, TextPart(question)))
    said = ArchivedMessage("assistant", (TextPart(answer),), footer=footer)
    files = {WIDE.sha256: b"wide pixels", TALL.sha256: b"tall pixels"}
    return ArchivedConversation("Boxes", 0, 0, (asked, said), pictures=files)


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def of(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.found if tag == name]


def test_boxes_are_drawn_over_the_picture_and_named() -> None:
    made = conversation_html(conversation(f"[{BOX % 'a <cat>'}]", WIDE))
    page = Tags(made)
    (drawn,), (pixels,) = page.of("svg"), page.of("image")
    assert (drawn["viewbox"], drawn["aria-label"]) == ("0 0 1000.0 500.0", "a <cat>")
    assert str(pixels["href"]).startswith("data:image/png;base64,")
    box = page.of("rect")[0]
    assert [box[name] for name in ("x", "y", "width", "height")] == ["100.0", "100.0", "400.0", "300.0"]
    assert '<li dir="auto">a &lt;cat&gt;</li>' in made
    assert page.of("script") == []
    assert "<cat>" not in made


def test_points_are_circles_and_a_place_without_a_name_has_a_number() -> None:
    made = conversation_html(conversation('<point x="50" y="50">it</point> and {"bbox_2d": [0, 0, 9, 9]}', WIDE))
    (circle, *_others) = Tags(made).of("circle")
    assert (circle["cx"], circle["cy"]) == ("500.0", "250.0")
    assert made.count("<figure>") == 1


def test_of_several_pictures_each_that_is_named_has_its_own() -> None:
    answer = f"Image 2: {BOX % 'tree'}\n\nImage 1: {BOX % 'cat'}"
    made = conversation_html(conversation(answer, WIDE, TALL))
    assert [one["viewbox"] for one in Tags(made).of("svg")] == ["0 0 1000.0 500.0", "0 0 500.0 1000.0"]
    assert "Picture 1 of 2<ol>" in made
    assert "does not say" not in made
    untold = conversation_html(conversation(BOX % "cat", WIDE, TALL))
    assert untold.count("<figure>") == 1
    assert "Picture 1 of 2. The answer does not say which one it means.<ol>" in untold
    mixed = conversation_html(conversation(f"{BOX % 'dog'}\nImage 2: {BOX % 'tree'}", WIDE, TALL))
    assert [one["aria-label"] for one in Tags(mixed).of("svg")] == ["dog", "dog, tree"]


def test_pixels_count_in_what_the_model_was_sent() -> None:
    answer, footer = '{"bbox_2d": [0, 0, 400, 400], "label": "x"}', '{"model": "Qwen2.5-VL-7B"}'
    assert answered_by(footer) == "Qwen2.5-VL-7B"
    for side, across in ((1536, "260.4"), (800, "500.0")):
        made = conversation_html(conversation(answer, WIDE, footer=footer), side)
        assert Tags(made).of("rect")[0]["width"] == across
    low = conversation(answer.replace("400", "200"), replace(WIDE, detail="low"), footer=footer)
    assert Tags(conversation_html(low)).of("rect")[0]["width"] == "390.6"


def test_where_there_is_nothing_to_draw_nothing_is_drawn() -> None:
    usual = conversation_html(conversation("It is a cat at [1, 2, 3, 4].", WIDE, question="What is it?"))
    assert "<figure>" not in usual
    lost = replace(conversation(BOX % "cat", WIDE), pictures={})
    assert "<figure>" not in conversation_html(lost)
    assert "<figure>" not in conversation_html(conversation(BOX % "cat", replace(WIDE, width=0)))
    assert "<figure>" not in conversation_html(conversation(BOX % "cat"))
    svg = replace(WIDE, kind="svg")
    assert "<figure>" not in conversation_html(conversation(BOX % "cat", svg))


def test_a_follow_up_is_about_the_picture_before_and_the_json_has_no_figures() -> None:
    first = conversation("Nothing yet.", WIDE)
    later = (ArchivedMessage("user", (TextPart("Boxes?"),)), ArchivedMessage("assistant", (TextPart(BOX % "cat"),)))
    whole = replace(first, messages=(*first.messages, *later))
    assert conversation_html(whole).count("<figure>") == 1
    assert "figure" not in conversation_text(whole)
