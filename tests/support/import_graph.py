"""Fanlight's imports as a graph, read from the source: those under TYPE_CHECKING and inside functions count too."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

APP = Path(__file__).parents[2] / "app"
Graph = dict[str, set[str]]


def module_name(path: Path) -> str:
    parts = path.relative_to(APP).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports() -> Graph:
    """Module -> the modules of Fanlight that it imports anywhere in its file."""
    files = {module_name(path): path for path in APP.rglob("*.py")}
    graph: Graph = {}
    for name, path in files.items():
        found: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    inner = f"{node.module}.{alias.name}"
                    found.add(inner if inner in files else node.module)
        graph[name] = (found & files.keys()) - {name}
    return graph


def folders(graph: Graph, package: str) -> Graph:
    """The children of a package, modules and folders alike, and which of their siblings each imports."""
    depth = package.count(".") + 1
    inside: Graph = defaultdict(set)
    for source, targets in graph.items():
        if not source.startswith(package + "."):
            continue
        child = source.split(".")[depth]
        inside[child] |= {target.split(".")[depth] for target in targets if target.startswith(package + ".")} - {child}
    return dict(inside)


def circles(graph: Graph) -> Iterator[list[str]]:
    """Each group of nodes that reach one another (Tarjan's strongly connected components), sorted."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []

    def visit(node: str) -> Iterator[list[str]]:
        index[node] = low[node] = len(index)
        stack.append(node)
        for target in sorted(graph.get(node, ())):
            if target not in index:
                yield from visit(target)
                low[node] = min(low[node], low[target])
            elif target in stack:
                low[node] = min(low[node], index[target])
        if low[node] == index[node]:
            at = stack.index(node)
            group = stack[at:]
            del stack[at:]
            if len(group) > 1:
                yield sorted(group)

    for node in sorted(graph):
        if node not in index:
            yield from visit(node)
