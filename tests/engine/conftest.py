"""The plain random-weight model, built and loaded once for each module that asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from fanlight.domain.models import ModelSpec
from fanlight.engine.llama import LlamaEngine
from support import random_models


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> ModelSpec:
    return random_models.plain(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def engine(spec: ModelSpec) -> Iterator[LlamaEngine]:
    with closing(LlamaEngine.load(spec)) as loaded:
        yield loaded
