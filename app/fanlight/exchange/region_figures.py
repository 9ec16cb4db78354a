"""The picture of an answer that names places in it, for a page without scripts: SVG with a box or a point for each, and
their names below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from fanlight.domain.archive import ArchivedConversation, ArchivedMessage
from fanlight.domain.detail import side_of, within
from fanlight.domain.picture_regions import REGION_COLORS, PictureRegion, RegionFrame
from fanlight.domain.region_pictures import PlacedRegions, placed_regions
from fanlight.domain.stored import StoredPicture, answered_by
from fanlight.i18n import _, format_number

STYLE = """
figure { margin: 0.75rem 0; }
figure svg { display: block; max-width: 100%; max-height: 32rem; height: auto; border-radius: 8px; }
figcaption { color: var(--muted); font-size: 0.85rem; }
figcaption ol { margin: 0.25rem 0; padding-left: 1.5rem; }
"""
_SHOWN_SIDE = 1000
"""What lines and letters are measured by: the longest side of what is drawn."""


@dataclass(frozen=True, slots=True)
class NamedPlaces:
    """What an answer names in one of `pictures`, those of its question."""

    placed: PlacedRegions
    pictures: tuple[StoredPicture, ...]

    @property
    def picture(self) -> StoredPicture:
        return self.pictures[self.placed.picture]

    @property
    def names(self) -> list[str]:
        return [one.label or _("place {number}").format(number=format_number(place))
                for place, one in enumerate(self.placed.regions, 1)]  # fmt: skip

    @property
    def caption(self) -> str:
        """Which of several pictures it is; "" where there is one."""
        text = _("Picture {number} of {count}") if len(self.pictures) > 1 else ""
        if not self.placed.is_told:
            text = _("Picture {number} of {count}. The answer does not say which one it means.")
        numbers = {"number": format_number(self.placed.picture + 1), "count": format_number(len(self.pictures))}
        return text.format(**numbers)


def with_places(
    conversation: ArchivedConversation, picture_side: int
) -> Iterator[tuple[ArchivedMessage, list[NamedPlaces]]]:
    """The messages that are shown, as the window has them (`core/chat/turn_list.py`). The first picture stands for all
    that have no other places, where it is not told in which one they are. `picture_side`: the longest side of what a
    model is sent."""
    question, pictures = "", tuple[StoredPicture, ...]()
    for message in conversation.shown_messages:
        found: list[PlacedRegions] = []
        if message.role == "user":
            question = message.text
            if message.pictures:
                pictures = message.pictures if all(one.moment is None for one in message.pictures) else ()
        elif pictures and all(one.width > 0 and one.height > 0 for one in pictures):
            model = answered_by(message.footer)
            found = placed_regions(message.text, [_frame(one, question, model, picture_side) for one in pictures])
            if not all(placed.is_told for placed in found):
                first = {one.start for one in found[0].regions}
                found[1:] = [
                    placed for placed in found[1:] if not first.issuperset(one.start for one in placed.regions)
                ]
        yield message, [NamedPlaces(placed, pictures) for placed in found]


def _frame(picture: StoredPicture, question: str, model: str, picture_side: int) -> RegionFrame:
    size = picture.width, picture.height
    return RegionFrame(*within(size, side_of(picture.detail, picture_side, *size)), *size, question, model)


def region_figure(places: NamedPlaces, source: str) -> str:
    """`source`: a `data:` address of the picture."""
    picture, placed = places.picture, places.placed
    scale = _SHOWN_SIDE / max(picture.width, picture.height)
    wide, high = picture.width * scale, picture.height * scale
    marks = "".join(_mark(one, place, wide, high) for place, one in enumerate(placed.regions))
    said = escape(", ".join(places.names))
    listed = "".join(f'<li dir="auto">{escape(name)}</li>' for name in places.names)
    return (
        f'<figure>\n<svg role="img" aria-label="{said}" preserveAspectRatio="xMinYMin" '
        f'viewBox="0 0 {wide:.1f} {high:.1f}" '
        f'width="{wide:.0f}" height="{high:.0f}" xmlns="http://www.w3.org/2000/svg">'
        f'<image href="{source}" width="{wide:.1f}" height="{high:.1f}" preserveAspectRatio="none"/>{marks}</svg>\n'
        f"<figcaption>{escape(places.caption)}<ol>{listed}</ol></figcaption>\n</figure>\n"
    )


def _mark(region: PictureRegion, place: int, wide: float, high: float) -> str:
    """A light line below one in its color, and its number beside it."""
    color = REGION_COLORS[place % len(REGION_COLORS)]
    left, top, right, bottom = region.left * wide, region.top * high, region.right * wide, region.bottom * high
    if region.is_point:
        shape = f'<circle cx="{left:.1f}" cy="{top:.1f}" r="9" fill="none" '
    else:
        shape = (
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}" fill="none" '
        )
    lines = f'{shape}stroke="white" stroke-width="9"/>{shape}stroke="{color}" stroke-width="5"/>'
    number = str(place + 1)
    across = 16 + 18 * len(number)
    x = min(max(0.0, left), max(0.0, wide - across))
    y = top - 36 if top >= 36 else min(top, max(0.0, high - 36))
    return (
        f"<g><title>{escape(region.label or number)}</title>{lines}"
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{across}" height="36" rx="5" fill="{color}"/>'
        f'<text x="{x + across / 2:.1f}" y="{y + 27:.1f}" text-anchor="middle" fill="white" '
        f'font-family="system-ui, sans-serif" font-size="28">{number}</text></g>'
    )
