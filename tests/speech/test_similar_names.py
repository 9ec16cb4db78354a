"""Expected names that sound like what was heard."""

from __future__ import annotations

import time

import pytest

from fanlight.speech.similar_names import names_written, similar_names, sounds


@pytest.mark.parametrize(
    ("heard", "name"),
    [
        ("The service runs on Cooper Netties.", "Kubernetes"),
        ("We moved it to graph on a last week.", "Grafana"),
        ("I set up wire guard again.", "WireGuard"),
        ("Doctor O'Konkwo will see you.", "Okonkwo"),
        ("Ask Lindquist about it.", "Lindqvist"),
        ("He takes metta prolol twice a day.", "metoprolol"),
        ("It grows on the Bogan Villa.", "bougainvillea"),
        ("They went to Reikiavik.", "Reykjavik"),
        ("She is called Marie Curry.", "Marie Curie"),
        ("Ask Sri about it.", "Shree"),
        ("Send it to Syria tomorrow.", "Cyrille"),
    ],
)
def test_a_name_is_found_by_its_sound(heard: str, name: str) -> None:
    assert similar_names(heard, ("Unrelated", name, "Velociraptor")) == (name,)


@pytest.mark.parametrize(
    ("heard", "name"),
    [
        ("The weather is nice today.", "Kubernetes"),
        ("We moved the boxes to the other room.", "Grafana"),
        ("He was a good man.", "Ada"),
        ("I am on it.", "Io"),
        ("The Grafana boards are slow.", "Grafana"),
        ("the grafana boards are slow", "Grafana"),
        ("", "Grafana"),
        ("Good.", ""),
    ],
)
def test_nothing_else_is(heard: str, name: str) -> None:
    assert similar_names(heard, (name,)) == ()


def test_the_most_similar_come_first_and_they_are_few() -> None:
    names = ("Grafanas", "Grafana", *(f"Grafana{i}x" for i in range(30)))
    found = similar_names("graph on a", names)
    assert found[0] == "Grafana"
    assert len(found) <= 12


def test_a_long_list_takes_no_time() -> None:
    names = [f"{a}{b}{c}orama" for a in "bdfgklmnprst" for b in "aeiou" for c in "bdfgklmnprst"]
    heard = " ".join(["The", "panorama", "over", "the", "quiet", "valley"] * 6)
    began = time.process_time()
    similar_names(heard, names)
    assert time.process_time() - began < 2
    assert len(names) == 720


def test_names_are_written_as_whole_words() -> None:
    assert names_written("Ask Ann-Marie, or Annabel.", ("Ann", "Marie", "Bel", "Ann-Marie")) == [
        "Ann",
        "Marie",
        "Ann-Marie",
    ]


def test_sounds_do_not_know_how_a_word_is_spelled() -> None:
    assert sounds("Philipp") == sounds("Fillip")
    assert sounds("Kubernetes") == sounds("coobernettes")
    assert sounds("Ekström") == sounds("Eckstrom")
