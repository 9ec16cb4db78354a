"""What training makes small: the eye's own lessons, and the answers'."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from recipe.feed import Batch
from recipe.meters import Log
from recipe.net import Net, Teacher
from recipe.symbols import encoder

ANSWERS = 0.1  # how much of the answers' gradient reaches the eye: all of it, and it forgets its digits in 50 steps
NOISE = 0.12  # the most deviation of the noise on picture tokens while the text learns from codes


def eye_loss(net: Net, teacher: Teacher, batch: Batch, log: Log) -> tuple[Tensor, Tensor]:
    """The vision encoder's own loss, and its tokens (B, image_tokens, width)."""
    features, tokens = net.eye(batch["pixels"])
    losses = teacher(features, tokens, batch["codes"])
    for name, loss in losses.items():
        log.add(name, loss.item())
    return losses["heads"] + losses["tokens"], tokens


def noisy_codes(net: Net, codes: Tensor) -> Tensor:
    """Picture tokens (B, image_tokens, width) made of codes, with noise and doubt as of a trained vision encoder."""
    sure = 1 - 0.5 * torch.rand(codes.shape) * (torch.rand(*codes.shape[:2], 1) < 0.2)
    tokens = (codes * sure) @ torch.from_numpy(encoder(net.shape.width))
    return tokens + NOISE * torch.rand(len(codes), 1, 1) * torch.randn(tokens.shape)


def scaled_gradient(tokens: Tensor) -> Tensor:
    """The same values; the answers' gradient is scaled by ANSWERS, so that it does not undo the eye's own lessons."""
    return ANSWERS * tokens + (1 - ANSWERS) * tokens.detach()


def text_loss(net: Net, tokens: Tensor, batch: Batch, log: Log) -> Tensor:
    """Cross-entropy of the answers; logs by kind how many are right to the letter under teacher forcing."""
    pictures = tokens if len(batch["codes"]) else None
    hidden = net.hidden(batch["tokens"], pictures, batch["image"], batch["groups"], batch["places"])
    target = batch["targets"]  # (B, T): the next token, -1 where it is not taught
    taught = target >= 0
    logits = net.output(hidden[taught]).float()
    wanted = target[taught]
    loss = functional.cross_entropy(logits, wanted)
    log.add("answer", loss.item())
    with torch.no_grad():
        turn = batch["turns"][taught]  # which answer of the batch a token belongs to
        wrong = torch.zeros(len(batch["kinds"])).index_add_(0, turn, (logits.argmax(-1) != wanted).float())
        for kind, misses in zip(batch["kinds"], wrong.tolist(), strict=True):
            log.add("=" + kind, float(misses == 0))
    return loss
