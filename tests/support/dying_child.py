"""`python -m support.dying_child MODEL FOLDER CARD`: a window whose model ends the process at its first long question,
as llama.cpp does where another program has taken the memory of the card since the load. CARD: "" for the processor."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fanlight.domain.messages import Message
from fanlight.domain.models import LoadOptions, ModelSpec, Sampling
from fanlight.domain.placement import Placement, on_cards
from fanlight.engine.context import Context
from fanlight.engine.hosting import open_engine
from fanlight.engine.run_marker import RunMarker

CONTEXT_TOKENS = 1024
SHORT, LONG = [Message.of("user", "Hello!")], [Message.of("user", "What is it? " * 30)]
_LONG_TOKENS = 32


def main(model: str, folder: str, card: str) -> None:
    if card:
        written = RunMarker.loading

        def on_the_card(self: RunMarker, placement: Placement) -> None:
            written(self, on_cards(placement.context_tokens, -1, (card,)))

        RunMarker.loading = on_the_card  # type: ignore[method-assign]
    options = LoadOptions(CONTEXT_TOKENS, threads=1, gpu_layers=0, folder=Path(folder))
    engine = open_engine(ModelSpec.of_files("Rose", Path(model)), options)
    print(sum(1 for _ in engine.generate(SHORT, Sampling(temperature=0, max_tokens=4))), flush=True)
    evaluated = Context.add_text

    def robbed(self: Context, tokens: Sequence[int], *args: Any, **kwargs: Any) -> Any:
        if len(tokens) >= _LONG_TOKENS:
            os.abort()
        return evaluated(self, tokens, *args, **kwargs)

    Context.add_text = robbed  # type: ignore[method-assign]
    for _event in engine.generate(LONG, Sampling(temperature=0, max_tokens=4)):
        pass
    print("still here", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
