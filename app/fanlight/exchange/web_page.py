"""Conversations as one web page that needs nothing else: no scripts, pictures inside, nothing is ever requested."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from fanlight.domain.archive import ArchivedConversation, ArchivedMessage
from fanlight.domain.stored import StoredPicture
from fanlight.exchange.formula_svg import STYLE as FORMULA_STYLE
from fanlight.exchange.formula_svg import formula_svg
from fanlight.exchange.markdown_text import date_text, document_line, speaker_name, tags_text
from fanlight.exchange.region_figures import STYLE as REGION_STYLE
from fanlight.exchange.region_figures import NamedPlaces, region_figure, with_places
from fanlight.i18n import _, language_in_use
from fanlight.markdown.formulas import FORMULA, FORMULA_BLOCK, add_formulas
from fanlight.markdown.operators import add_operators

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_TYPES = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "avif": "image/avif",
}
"""Of pictures that browsers show; SVG, which can hold scripts, is none of them."""

_STYLE = """
:root { color-scheme: light dark; --ground: #fbfaf8; --text: #22201c; --muted: #625e55; --line: #dfdbd2;
  --bubble: #e9f1ef; --code: #f4f2ed; --link: #0a5c88; }
@media (prefers-color-scheme: dark) { :root { --ground: #1c1c1b; --text: #ebe8e2; --muted: #aba69c; --line: #393836;
  --bubble: #26322f; --code: #121211; --link: #8cc8ee; } }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.6 system-ui, sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; overflow-wrap: anywhere; }
h1 { line-height: 1.25; margin: 2.5rem 0 0.25rem; }
.date, .who { color: var(--muted); font-size: 0.85rem; }
.who { margin: 0 0 0.25rem; font-weight: 600; }
article { margin: 1.5rem 0; }
.user { background: var(--bubble); border-radius: 14px; padding: 0.75rem 1rem; }
.plain { white-space: pre-wrap; }
p, li, td, th, h2, h3, .plain { unicode-bidi: plaintext; text-align: start; }
pre { direction: ltr; text-align: left; }
img { max-width: 100%; height: auto; border-radius: 8px; display: block; margin: 0.5rem 0; }
pre { background: var(--code); border: 1px solid var(--line); border-radius: 8px; padding: 0.75rem; overflow-x: auto; }
code { font: 0.9em ui-monospace, monospace; }
a { color: var(--link); }
hr { border: 0; border-top: 1px solid var(--line); }
blockquote { margin: 0; padding-left: 1rem; border-left: 3px solid var(--line); color: var(--muted); }
table { border-collapse: collapse; }
td, th { border: 1px solid var(--line); padding: 0.3rem 0.6rem; }
"""
_STYLE += FORMULA_STYLE + REGION_STYLE
USUAL_SIDE = 1536

PAGE_TAIL = "</main>\n</body>\n</html>\n"


def page_head(title: str, more_style: str = "") -> str:
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language_in_use())}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}{more_style}</style>\n</head>\n<body>\n<main>\n"
    )


def conversation_html(conversation: ArchivedConversation, picture_side: int = USUAL_SIDE) -> str:
    """`picture_side`: the longest side of a picture that a model is sent with normal detail."""
    title = escape(conversation.title or _("Untitled"))
    date = escape(date_text(conversation.created))
    shown = with_places(conversation, picture_side)
    messages = "".join(_message(message, conversation, places) for message, places in shown)
    tags = escape(tags_text(conversation))
    below = f'<p class="date">{tags}</p>\n' if tags else ""
    return f'<section>\n<h1 dir="auto">{title}</h1>\n<p class="date">{date}</p>\n{below}{messages}</section>\n'


def _message(message: ArchivedMessage, conversation: ArchivedConversation, places: Sequence[NamedPlaces]) -> str:
    shown = "".join(_picture(one, conversation) for one in message.pictures)
    shown += "".join(f"<p><em>{escape(document_line(one))}</em></p>\n" for one in message.documents)
    if message.role == "assistant":
        text = f'<div dir="auto">{_markdown().render(message.text)}</div>'
    else:
        text = f'<div class="plain" dir="auto">{escape(message.text)}</div>'
    sources = [(one, _source(one.picture, conversation)) for one in places]
    figures = "".join(region_figure(one, source) for one, source in sources if source)
    who = escape(speaker_name(message))
    return f'<article class="{message.role}">\n<p class="who">{who}</p>\n{shown}{text}\n{figures}</article>\n'


def _picture(picture: StoredPicture, conversation: ArchivedConversation) -> str:
    if not (source := _source(picture, conversation)):
        name = escape(picture.name or _("Picture"))
        return f"<p><em>{name}</em></p>\n"
    return f'<img alt="{escape(picture.name)}" src="{source}">\n'


def _source(picture: StoredPicture, conversation: ArchivedConversation) -> str:
    """A `data:` address; "" where there are no pixels, or of a kind that browsers do not show."""
    data, mime = conversation.pictures.get(picture.sha256), _TYPES.get(picture.kind.lower())
    if data is None or mime is None:
        return ""
    return f"data:{mime};base64,{base64.b64encode(data).decode('ascii')}"


@cache
def _markdown() -> MarkdownIt:
    """Without HTML; a picture in a text becomes a link, so that nothing is loaded."""
    from markdown_it import MarkdownIt

    made = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    made.disable(["html_block", "html_inline"])
    add_operators(add_formulas(made))
    made.add_render_rule("image", _image_as_link)
    made.add_render_rule(FORMULA, _formula)
    made.add_render_rule(FORMULA_BLOCK, _formula)
    return made


def _formula(_renderer: Any, tokens: Any, index: int, _options: Any, _environment: Any) -> str:
    """Its source where it cannot be drawn."""
    token = tokens[index]
    drawn = formula_svg(token.content)
    name, end = ("div", "\n") if token.type == FORMULA_BLOCK else ("span", "")
    if not drawn:
        return f"<{name}><code>{escape(token.content)}</code></{name}>{end}"
    return f'<{name} class="formula">{drawn}</{name}>{end}'


def _image_as_link(_renderer: Any, tokens: Any, index: int, _options: Any, _environment: Any) -> str:
    token = tokens[index]
    address = str(token.attrGet("src") or "")
    name = escape(token.content or address)
    return f'<a href="{escape(address)}">{name}</a>' if address.startswith(("http://", "https://")) else name
