"""`/usr/bin/python3 read_accessible.py WINDOW [press NAME]`: what a screen reader sees in the windows of that name: a
line of JSON for each node, [role, name, text]. Runs with the system's Python, which has pyatspi (Debian's
python3-pyatspi); nothing of Fanlight is imported."""

import json
import sys
from collections.abc import Iterator
from typing import Any

import pyatspi


def text_of(node: Any) -> str:
    try:
        text = node.queryText()
    except NotImplementedError:
        return ""
    return str(text.getText(0, -1))


def walk(node: Any, depth: int = 0) -> Iterator[Any]:
    if node is None or depth > 40:
        return
    yield node
    for i in range(node.childCount):
        try:
            child = node.getChildAtIndex(i)
        except Exception:  # it has gone meanwhile
            continue
        yield from walk(child, depth + 1)


def windows(name: str) -> Iterator[Any]:
    desktop = pyatspi.Registry.getDesktop(0)
    for application in desktop:
        if application is None:
            continue
        for i in range(application.childCount):
            window = application.getChildAtIndex(i)
            if window is not None and window.name == name:
                yield window


def main() -> None:
    name, press = sys.argv[1], sys.argv[3] if len(sys.argv) > 3 else None
    for window in windows(name):
        for node in walk(window):
            try:
                said = [node.getRoleName(), node.name, text_of(node)]
                if press is not None and node.name == press and node.getRoleName() in ("push button", "check box"):
                    node.queryAction().doAction(0)
                    press = None
            except Exception:  # it has gone meanwhile
                continue
            print(json.dumps(said))


main()
