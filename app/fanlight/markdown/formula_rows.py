"""Rows of a formula, as ziamath lays them out, but each part of a row is measured once, and right.

ziamath makes every part of a row twice, first to measure how tall its brackets have to be; parts of parts four times,
and so on: fractions in fractions, as in a continued one, would take without end. It also measures a sum with limits
as endless, and its brackets then are. Imported by `formula_task` alone.
"""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from ziamath.nodes import Mnode
from ziamath.nodes.mrow import Mrow

_BEYOND = 500.0
"""ziamath's bounds of a letter that does not count are 999 and more."""
_measured: dict[tuple[object, ...], tuple[float, float]] = {}


class MeasuredRow(Mrow, tag="mrow"):  # type: ignore[call-arg, misc]  # takes the place of ziamath's own
    def _get_height_nostretch(self, line: list[ElementTree.Element], **kwargs: Any) -> tuple[float, float]:
        bounds = [self._bounds(child, kwargs) for child in line]
        return min((low for low, _ in bounds), default=0.0), max((high for _, high in bounds), default=0.0)

    def _bounds(self, child: ElementTree.Element, kwargs: dict[str, Any]) -> tuple[float, float]:
        written = ElementTree.tostring(child)
        key = (written, repr(self.style), self.glyphsize, self.parent.mtag, repr(sorted(kwargs.items())))
        found = _measured.get(key)
        if found is None:
            found = super()._get_height_nostretch([child], **kwargs)
            if child.tag != "mo" and max(map(abs, found)) > _BEYOND:
                box = Mnode.fromelement(ElementTree.fromstring(written), parent=self, **kwargs).bbox
                found = box.ymin, box.ymax
            _measured[key] = found
        return found


def forget_measured_rows() -> None:
    """Before another formula."""
    _measured.clear()
