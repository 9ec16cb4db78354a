"""When a turn ends, when Fanlight is interrupted, and when the microphone was open for nothing: from frames alone."""

from __future__ import annotations

import itertools
import random

import pytest

from fanlight.domain.endpointing import OFF, EndpointConfig, Endpointer, EndpointStep, frames
from fanlight.speech import segmentation
from fanlight.speech.vad import WINDOW

PAUSE, TIMEOUT = 1.0, 30.0


def speech(seconds: float) -> list[float]:
    return [0.9] * frames(seconds)


def quiet(seconds: float) -> list[float]:
    return [0.02] * frames(seconds)


def taking(pause: float = PAUSE, silence_timeout: float = TIMEOUT) -> Endpointer:
    return Endpointer(EndpointConfig(pause, silence_timeout))


def steps(turns: Endpointer, *heard: list[float], held: bool = False) -> list[tuple[EndpointStep, float]]:
    """What it says, and after how many seconds, when each verdict comes by itself. It is obeyed: an ENDED begins a
    new turn."""
    said = []
    for i, probability in enumerate(itertools.chain(*heard), start=1):
        step = turns.add_probabilities([probability], held)
        if step is not None:
            said.append((step, i * 0.032))
        if step is EndpointStep.ENDED:
            turns.begin_user_turn()
    return said


def names(*args: object, **more: object) -> list[EndpointStep]:
    return [step for step, _ in steps(*args, **more)]  # type: ignore[arg-type]


def test_its_measures_are_those_of_the_gate_and_of_the_transcription() -> None:
    assert frames(1.0) == segmentation.window_count(1.0)
    assert WINDOW / 16_000 == 0.032
    assert frames(0.2) == segmentation.SHORTEST


def test_a_pause_after_speech_ends_the_turn() -> None:
    (began, first), (ended, second) = steps(taking(), quiet(2), speech(1.5), quiet(3))
    assert (began, ended) == (EndpointStep.BEGAN, EndpointStep.ENDED)
    assert first == pytest.approx(2.2, abs=0.1)
    assert second == pytest.approx(4.5, abs=0.1)


@pytest.mark.parametrize("pause", [0.6, 1.0, 2.5, 5.0])
def test_the_pause_is_as_long_as_the_user_likes(pause: float) -> None:
    turns = taking(pause)
    assert names(turns, speech(1), quiet(pause - 0.1)) == [EndpointStep.BEGAN]
    assert names(turns, quiet(0.2)) == [EndpointStep.ENDED]


def test_pauses_at_which_live_transcription_settles_end_nothing() -> None:
    sentence = [*speech(4), *quiet(0.7)]
    assert names(taking(), *[sentence] * 6) == [EndpointStep.BEGAN]


def test_who_goes_on_after_the_end_of_the_turn_is_noticed_at_the_first_syllable() -> None:
    turns = taking()
    assert turns.add_probabilities([*speech(1), *quiet(1.1)]) is EndpointStep.ENDED
    assert not turns.in_speech
    turns.add_probabilities(speech(0.064))
    assert not turns.in_speech
    turns.add_probabilities(speech(0.064))
    assert turns.in_speech
    assert names(turns, speech(1), quiet(1.1)) == [EndpointStep.ENDED]


def test_silence_is_no_turn() -> None:
    assert names(taking(), quiet(TIMEOUT - 1)) == []


@pytest.mark.parametrize("click", [0.032, 0.1, 0.16])
def test_clicks_and_breaths_are_no_turn(click: float) -> None:
    assert names(taking(), *[[*speech(click), *quiet(1.2)]] * 15) == []


def test_a_click_in_the_pause_does_not_make_it_longer() -> None:
    (_, _), (ended, at) = steps(taking(), speech(1), quiet(0.5), speech(0.1), quiet(3))
    assert ended is EndpointStep.ENDED
    assert at == pytest.approx(2.0, abs=0.1)


def test_who_begins_to_speak_at_the_last_moment_is_not_cut_off() -> None:
    turns = taking()
    assert names(turns, speech(1), quiet(0.93), speech(0.1)) == [EndpointStep.BEGAN]
    assert names(turns, speech(1)) == []
    assert names(turns, quiet(1.2)) == [EndpointStep.ENDED]


def test_the_closure_inside_a_word_is_no_gap() -> None:
    word = [*speech(0.12), *quiet(0.08), *speech(0.12)]
    assert names(taking(), word) == [EndpointStep.BEGAN]


def test_speech_fades_out_where_silero_says_so() -> None:
    turns = taking()
    assert names(turns, speech(0.3), [0.4] * frames(5)) == [EndpointStep.BEGAN]
    assert names(turns, [0.3] * frames(1.2)) == [EndpointStep.ENDED]
    assert names(taking(), [0.4] * frames(5)) == []


def test_turns_follow_each_other() -> None:
    sentence = [*quiet(1), *speech(1), *quiet(1.2)]
    assert names(taking(), *[sentence] * 5) == [EndpointStep.BEGAN, EndpointStep.ENDED] * 5


def test_frames_that_come_in_a_heap_end_a_turn_only_where_it_is_quiet_now() -> None:
    turns = taking()
    assert turns.add_probabilities([*speech(1), *quiet(2), *speech(1)]) is EndpointStep.BEGAN
    assert turns.add_probabilities(quiet(0.5)) is None
    assert turns.add_probabilities([*speech(1), *quiet(1.2)]) is EndpointStep.ENDED
    assert taking().add_probabilities([*speech(1), *quiet(1.2)]) is EndpointStep.ENDED


def test_no_verdict_is_nothing_new() -> None:
    turns = taking()
    assert turns.add_probabilities([]) is None
    turns.add_probabilities([*speech(1), *quiet(1.2)])
    assert turns.add_probabilities([]) is EndpointStep.ENDED  # still so, until somebody acts on it


# Fanlight's turn.


def test_speaking_interrupts_fanlight_and_the_turn_goes_on_as_the_users() -> None:
    turns = taking()
    turns.begin_answer_turn()
    (interrupted, at), (ended, _) = steps(turns, quiet(1), speech(2), quiet(1.2))
    assert (interrupted, ended) == (EndpointStep.INTERRUPTED, EndpointStep.ENDED)
    assert at == pytest.approx(1.4, abs=0.1)


def test_a_cough_interrupts_nobody() -> None:
    turns = taking()
    turns.begin_answer_turn()
    assert names(turns, *[[*speech(0.3), *quiet(0.5)]] * 20) == []
    assert turns.turn == "fanlight"


def test_fanlights_turn_is_never_ended_or_given_up_by_silence() -> None:
    turns = taking()
    turns.add_probabilities(speech(1))
    turns.begin_answer_turn()
    assert names(turns, quiet(10 * TIMEOUT)) == []
    assert turns.wordless_seconds == 0


def test_speech_of_the_question_does_not_interrupt_its_answer() -> None:
    turns = taking()
    turns.add_probabilities(speech(3))
    turns.begin_answer_turn()
    assert names(turns, quiet(2)) == []


def test_after_fanlights_turn_the_users_begins_from_silence() -> None:
    turns = taking()
    turns.begin_answer_turn()
    turns.add_probabilities(speech(0.3))
    turns.begin_user_turn()
    assert names(turns, quiet(5)) == []
    assert names(turns, speech(1), quiet(1.2)) == [EndpointStep.BEGAN, EndpointStep.ENDED]


def test_who_takes_the_turn_by_key_has_it_with_what_is_just_being_said() -> None:
    turns = taking()
    turns.begin_answer_turn()
    turns.add_probabilities(speech(0.3))
    turns.take_user_turn()
    assert names(turns, speech(0.3), quiet(1.2)) == [EndpointStep.BEGAN, EndpointStep.ENDED]
    assert names(turns, quiet(5)) == []


# The key.


def test_while_the_key_is_held_no_pause_ends_the_turn() -> None:
    turns = taking()
    assert names(turns, speech(1), quiet(2 * TIMEOUT), held=True) == [EndpointStep.BEGAN]
    assert names(turns, [0.02]) == [EndpointStep.ENDED]


# Giving up.


def test_a_microphone_that_is_open_for_nothing_is_given_up() -> None:
    (gave_up, at), *_ = steps(taking(), quiet(TIMEOUT + 1))
    assert gave_up is EndpointStep.TIMED_OUT
    assert at == pytest.approx(TIMEOUT, abs=0.1)


def test_noise_that_passes_for_speech_but_has_no_words_does_not_keep_it_open() -> None:
    noise = [*speech(3), *quiet(1.2)]
    assert EndpointStep.TIMED_OUT in names(taking(), *[noise] * 10)


def test_a_radio_without_a_pause_and_without_a_word_is_given_up() -> None:
    assert names(taking(), speech(TIMEOUT + 1))[:2] == [EndpointStep.BEGAN, EndpointStep.TIMED_OUT]


def test_words_keep_it_open_however_long_somebody_speaks() -> None:
    turns = taking()
    for _ in range(10):
        assert EndpointStep.TIMED_OUT not in names(turns, speech(TIMEOUT - 1))
        turns.reset_silence_timeout()


def test_waiting_is_counted_over_all_turns_that_came_to_nothing() -> None:
    turns = taking()
    assert names(turns, quiet(TIMEOUT - 5)) == []
    turns.begin_user_turn()
    assert names(turns, quiet(4.9)) == []
    assert turns.add_probabilities(quiet(0.2)) is EndpointStep.TIMED_OUT


def test_waiting_is_counted_anew_after_each_question() -> None:
    turns = taking()
    turns.add_probabilities(quiet(TIMEOUT - 1))
    turns.begin_answer_turn()
    turns.begin_user_turn()
    assert turns.add_probabilities(quiet(TIMEOUT - 1)) is None


@pytest.mark.parametrize("manners", [(0.0, 10.0), (-1.0, 10.0), (10.0, 10.0), (10.0, 5.0)])
def test_manners_that_can_not_be_are_refused(manners: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="pause"):
        EndpointConfig(*manners)


def test_whatever_is_heard_in_whatever_pieces_a_turn_ends_only_after_speech_and_a_pause() -> None:
    """Ten thousand random frames, whole and in heaps: what is said follows from a plain reading of the rules."""
    rng = random.Random(7)
    for _ in range(40):
        heard: list[float] = []
        while len(heard) < 250:
            heard += [rng.choice([0.01, 0.3, 0.45, 0.6, 0.99])] * rng.randint(1, 60)
        turns, at = taking(), 0
        while at < len(heard):
            piece = rng.randint(0, 30)
            step = turns.add_probabilities(heard[at : at + piece])
            at += piece
            if step is EndpointStep.ENDED:
                spans = segmentation.speech_spans(heard[:at])
                assert spans
                assert at - spans[-1].end >= frames(PAUSE) - 1
                break
            if at < len(heard):
                spans = segmentation.speech_spans(heard[:at])
                quiet_now = max(heard[:at][-5:], default=0.0) < OFF
                assert not (spans and quiet_now and at - spans[-1].end > frames(PAUSE)), (heard[:at], spans)
