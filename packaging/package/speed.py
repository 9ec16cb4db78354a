"""usage: speed.py MODEL: tokens a second of the llama.cpp that this interpreter loads, as JSON: `prompt` in one batch,
`answer` token by token. compare_with_checkout.py runs it with a package's Python and with the checkout's."""

from __future__ import annotations

import ctypes
import json
import sys
from time import perf_counter

PROMPT_TOKENS, ANSWER_TOKENS = 256, 96
REPEATS = 3
"""The fastest counts: nothing makes a processor faster than it is."""


def main(model: str) -> None:
    from fanlight.engine import backend

    backend.start()
    llama = backend.llama
    loaded = llama.llama_model_load_from_file(model.encode(), llama.llama_model_default_params())
    parameters = llama.llama_context_default_params()
    parameters.n_ctx, parameters.n_threads, parameters.n_threads_batch = 512, 2, 2
    context = llama.llama_init_from_model(loaded, parameters)

    def tokens_a_second(count: int, batch: int) -> float:
        llama.llama_memory_clear(llama.llama_get_memory(context), True)
        tokens = (llama.llama_token * batch)(*range(1000, 1000 + batch))
        start = perf_counter()
        for _ in range(count // batch):
            assert llama.llama_decode(context, llama.llama_batch_get_one(tokens, ctypes.c_int32(batch))) == 0
        llama.llama_synchronize(context)
        return count / (perf_counter() - start)

    tokens_a_second(64, 32)  # what is prepared at the first use
    kinds = {"prompt": (PROMPT_TOKENS, PROMPT_TOKENS), "answer": (ANSWER_TOKENS, 1)}
    print(json.dumps({kind: max(tokens_a_second(*sizes) for _ in range(REPEATS)) for kind, sizes in kinds.items()}))


if __name__ == "__main__":
    main(sys.argv[1])
