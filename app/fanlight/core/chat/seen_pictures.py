"""What the model saw of a picture, as pictures that can be looked at: its pixels as the encoder gets them, with a gap
where two tiles meet."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial

from fanlight.core.chat.original_pictures import Original
from fanlight.core.work.job import Job, JobControl, Priority
from fanlight.domain.errors import InputError
from fanlight.domain.messages import Image
from fanlight.domain.ports import Engine, PictureInsight
from fanlight.domain.seen import SeenPicture
from fanlight.i18n import _, format_number, ngettext

GAP = 4
_GAP_COLOR = b"\xff\x00\xd4"


class SeenJob(Job[Engine]):
    """Reports Originals: all of it, and then the overview, if there is one. Ends in InputError where the model does not
    tell."""

    def __init__(self, image: Image, name: str, model: str) -> None:
        """`name` and `model`: what the picture and the model are called."""

        def work(engine: Engine, _control: JobControl) -> Generator[object, None, None]:
            seen = engine.seen(image) if isinstance(engine, PictureInsight) else None
            if seen is None:
                raise InputError(
                    _("This model does not tell what it sees of a picture."),
                    _("A model that runs on a server, or that does not support pictures, cannot show it."),
                )
            yield originals_of_seen(seen, name, model)

        super().__init__(work, Priority.QUICK)


def originals_of_seen(seen: SeenPicture, name: str, model: str) -> list[Original]:
    title = _("{name}, as the model sees it").format(name=name)
    found = [Original(title, partial(laid_out, seen), caption=_caption(seen, model))]
    if seen.overview is not None:
        whole = seen.overview
        text = _("{model} gets all of it once more in {width} × {height} pixels.")
        size = {"width": format_number(whole.image.width), "height": format_number(whole.image.height)}
        found.append(Original(title, lambda: whole.image, caption=text.format(model=model, **size)))
    return found


def laid_out(seen: SeenPicture) -> Image:
    """Tiles with gaps between them; not one pixel of theirs is changed."""
    tiles, columns = [tile.image for tile in seen.tiles], seen.columns
    rows = [tiles[start : start + columns] for start in range(0, len(tiles), columns)]
    width = max(sum(tile.width for tile in row) + GAP * (len(row) - 1) for row in rows)
    lines: list[bytes] = []
    for row in rows:
        if lines:
            lines += [_GAP_COLOR * width] * GAP
        for y in range(row[0].height):
            line = (_GAP_COLOR * GAP).join([tile.rgb[3 * tile.width * y : 3 * tile.width * (y + 1)] for tile in row])
            lines.append(line + _GAP_COLOR * (width - len(line) // 3))
    return Image.of(width, len(lines), b"".join(lines))


def _caption(seen: SeenPicture, model: str) -> str:
    first = seen.tiles[0].image
    values = {"width": format_number(first.width), "height": format_number(first.height)}
    tokens = ngettext("{count} token", "{count} tokens", seen.tokens).format(count=format_number(seen.tokens))
    if len(seen.tiles) == 1:
        return _("{model} gets {width} × {height} pixels: {tokens}.").format(model=model, tokens=tokens, **values)
    text = _("{model} gets {columns} × {rows} tiles of {width} × {height} pixels each: {tokens}.")
    rows = len(seen.tiles) // seen.columns
    laid = {"columns": format_number(seen.columns), "rows": format_number(rows)}
    return text.format(model=model, tokens=tokens, **laid, **values)
