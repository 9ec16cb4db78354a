"""The user's list of replacements, read line by line."""

from __future__ import annotations

from fanlight.domain.replacements import Replacement, read_replacements


def test_a_line_is_a_pair_and_may_name_its_language() -> None:
    lines = "graph on a = Grafana\nGerman: Punkt  Netz -> .NET\n\nde: ähm =\nno pair\n= nothing\nnote: x → y"
    assert read_replacements(lines) == (
        Replacement("graph on a", "Grafana"),
        Replacement("Punkt Netz", ".NET", "de"),
        Replacement("ähm", "", "de"),
        Replacement("note: x", "y"),
    )
