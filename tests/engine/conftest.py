"""Random-weight models, each built and loaded once for each module that asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from fanlight.domain.models import ModelSpec
from fanlight.engine.llama import LlamaEngine
from support import random_models
from support.oracle import Oracle, Pair


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> ModelSpec:
    return random_models.plain(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def engine(spec: ModelSpec) -> Iterator[LlamaEngine]:
    with closing(LlamaEngine.load(spec)) as loaded:
        yield loaded


@pytest.fixture(scope="module", params=list(random_models.KINDS))
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """An engine and its oracle, for each kind of memory."""
    make: Callable[[Path], ModelSpec] = random_models.KINDS[request.param]
    spec = make(tmp_path_factory.mktemp("models"))
    with closing(LlamaEngine.load(spec)) as engine, closing(Oracle(spec)) as oracle:
        yield Pair(engine, oracle)
