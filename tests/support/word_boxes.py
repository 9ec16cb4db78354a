"""`/usr/bin/python3 word_boxes.py PROGRAM`: the words that a program says it shows, by the accessibility bus: a line of
JSON for each, [word, left, top, width, height]. Runs with the system's Python and its pyatspi."""

import contextlib
import json
import re
import sys
from typing import Any

import pyatspi

BREAK = re.compile(r"[^\s\ufffc]+")


def shown(node: Any) -> bool:
    states = node.getState()
    return bool(states.contains(pyatspi.STATE_SHOWING) and states.contains(pyatspi.STATE_VISIBLE))


def tell(node: Any, outer: Any) -> None:
    text = node.queryText()
    part = node.queryComponent().getExtents(pyatspi.DESKTOP_COORDS)
    for match in BREAK.finditer(text.getText(0, -1)):
        left, top, width, height = text.getRangeExtents(match.start(), match.end(), pyatspi.DESKTOP_COORDS)
        inside = part.x <= left and part.y <= top and left + width <= part.x + part.width + 1
        inside = inside and top + height <= min(part.y + part.height + 1, outer.y + outer.height)
        if inside and width > 0 and height > 0:
            print(json.dumps([match.group(), left, top, width, height]))


def walk(node: Any, outer: Any, depth: int = 0) -> None:
    if node is None or depth > 40 or not shown(node):
        return
    with contextlib.suppress(NotImplementedError):  # no text
        tell(node, outer)
    for i in range(min(node.childCount, 200)):
        walk(node.getChildAtIndex(i), outer, depth + 1)


for application in pyatspi.Registry.getDesktop(0):
    if application is not None and sys.argv[1].lower() in application.name.lower():
        for window in application:
            if window is not None:
                walk(window, window.queryComponent().getExtents(pyatspi.DESKTOP_COORDS))
