"""What real programs are given to show: a text file, and a page that tells where its words are."""

from __future__ import annotations

import io
import random

import numpy as np
from PIL import Image as Pillow

from support import written_words

LINKS = ("https://example.org/docs/start?page=2", "https://fanlight.example/issues/13", "mailto:anna@example.com")


def document() -> str:
    chance = random.Random(7)
    lines = [written_words.title(chance), ""]
    for _ in range(4):
        lines += [written_words.paragraph(chance).split(". ")[0], written_words.output(chance)]
    return "\n".join([*lines, "", *written_words.code(chance, 8), "", *LINKS[:2]])


def page_of(dark: bool) -> str:
    chance = random.Random(11)
    paragraphs = "".join(f"<p>{written_words.paragraph(chance)}</p>" for _ in range(4))
    rows = "".join("<tr>" + "".join(f"<td>{cell}" for cell in written_words.record(chance)) for _ in range(5))
    heads = "".join(f"<th>{head}" for head in written_words.HEADINGS)
    code = "\n".join(written_words.code(chance, 8)).replace("&", "&amp;").replace("<", "&lt;")
    links = "".join(f"<li><a href='{link}'>{link.removeprefix('mailto:')}</a>" for link in LINKS)
    entries = "".join(
        f"<div><b>{label}</b> <span class=field>{value}</span> <small>{hint}</small></div>"
        for label, value, hint in (written_words.entry(chance) for _ in range(4))
    )
    colours = "background:#15181c;color:#dcdfe4" if dark else "background:#fff;color:#1b1b1b"
    link = "#7ab7ff" if dark else "#0a58ca"
    return f"""<!doctype html><meta charset=utf-8><title>A page</title><style>
      body {{ {colours}; margin: 18px; font: 14px/1.4 "DejaVu Sans"; overflow: hidden }}
      h1 {{ font-size: 24px; margin: 6px 0 }}
      a {{ color: {link} }} p {{ margin: 6px 0; max-width: 700px; font-family: "DejaVu Serif" }}
      pre {{ font: 12px "DejaVu Sans Mono"; margin: 8px 0 }} small {{ font-size: 11px; opacity: .75 }}
      .field {{ border: 1px solid #888; border-radius: 4px; padding: 1px 8px }}
      td, th {{ padding: 1px 14px 1px 0; text-align: left }}
      img {{ position: absolute; right: 40px; top: 40px; width: 160px; height: 160px; background: #fff }} </style>
      <h1>{written_words.title(chance)}</h1>{paragraphs}<ul>{links}</ul>{entries}<table><tr>{heads}{rows}</table>
      <pre>{code}</pre><img src=/code.png><script>addEventListener("load", () => {{
        const words = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        for (let node; node = walker.nextNode();) {{
          if (["SCRIPT", "STYLE"].includes(node.parentElement.tagName)) continue;
          for (const match of node.data.matchAll(/\\S+/g)) {{
            const range = document.createRange();
            range.setStart(node, match.index); range.setEnd(node, match.index + match[0].length);
            const rects = range.getClientRects(), box = range.getBoundingClientRect();
            if (rects.length == 1) words.push([match[0], box.left, box.top, box.width, box.height]);
          }}
        }}
        setTimeout(() => fetch("/", {{method: "POST", body: JSON.stringify({{scale: devicePixelRatio, words}})}}), 500);
      }});</script>"""


def qr_code(text: str) -> bytes:
    import zxingcpp

    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    pixels = np.array(zxingcpp.write_barcode_to_image(made, scale=6), np.uint8)
    file = io.BytesIO()
    Pillow.fromarray(pixels).save(file, "PNG")
    return file.getvalue()
