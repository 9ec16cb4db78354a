"""The chat template of a loaded model."""

from __future__ import annotations

import logging

from fanlight.domain.errors import TemplateBroken
from fanlight.domain.stop import StopFlag
from fanlight.engine import families, named_template
from fanlight.engine.backend import llama
from fanlight.engine.load_steps import loading_stopped
from fanlight.engine.named_template import NamedTemplate
from fanlight.engine.template import Template
from fanlight.engine.template_budget import RenderingStopped
from fanlight.engine.vocab import Vocab

log = logging.getLogger(__name__)


def template_source(model: int, vocab: Vocab) -> str:
    raw = llama.llama_model_chat_template(model, None)
    if raw:
        return str(raw.decode("utf-8", "replace"))
    return families.CHATML if vocab.single_token("<|im_start|>") is not None else families.PLAIN


def open_template(source: str, vocab: Vocab, stop: StopFlag | None) -> Template:
    """Raises TemplateBroken. A template that works for tool calls only is replaced by ChatML if the vocabulary has its
    tokens."""
    marks = vocab.token_text(vocab.bos), vocab.token_text(vocab.eos)
    try:
        renderer = NamedTemplate(source) if named_template.is_name(source) else None
        return Template(source, *marks, stop, renderer)
    except RenderingStopped:
        raise loading_stopped() from None
    except TemplateBroken as error:
        if vocab.single_token("<|im_start|>") is None:
            raise
        log.warning("%s Using ChatML instead.", error)
        return Template(families.CHATML, *marks)
