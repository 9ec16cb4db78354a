"""The network in torch, operation for operation what llama.cpp computes for `gemma3` projectors and `llama` models."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes; every row length is a multiple of 32 so that Q8_0 fits."""

    vocabulary: int = 1280
    side: int = 192
    patch: int = 16
    pool: int = 2
    eye_width: int = 192
    eye_ff: int = 640
    eye_layers: int = 4
    eye_heads: int = 4
    width: int = 192
    ff: int = 512
    layers: int = 4
    heads: int = 4
    rope_base: float = 10_000.0

    @property
    def patches(self) -> int:
        return (self.side // self.patch) ** 2

    @property
    def image_tokens(self) -> int:
        return self.patches // self.pool**2


class Root(nn.Module):
    """RMS norm."""

    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        normed: Tensor = functional.rms_norm(x.float(), (x.shape[-1],), self.weight, self.eps)
        return normed


def attend(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    """Written out: at these lengths PyTorch's fused CPU kernel spends twice as long, most of it going backward."""
    scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2)
    if mask is not None:
        scores = scores + mask.to(scores.dtype)
    return (functional.softmax(scores, -1, dtype=scores.dtype) @ v).transpose(1, 2).flatten(2)


class EyeBlock(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width = shape.eye_width
        self.heads = shape.eye_heads
        self.ln1, self.ln2 = nn.LayerNorm(width, 1e-6), nn.LayerNorm(width, 1e-6)
        self.attn_q, self.attn_k, self.attn_v, self.attn_out = (nn.Linear(width, width) for _ in range(4))
        self.ffn_up, self.ffn_down = nn.Linear(width, shape.eye_ff), nn.Linear(shape.eye_ff, width)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.ln1(x)
        q, k, v = (
            f(y).unflatten(-1, (self.heads, -1)).transpose(1, 2) for f in (self.attn_q, self.attn_k, self.attn_v)
        )
        x = x + self.attn_out(attend(q, k, v))
        y = self.ffn_down(functional.gelu(self.ffn_up(self.ln2(x)), approximate="tanh"))
        return x + y


def waves(side: int, width: int) -> Tensor:
    """Sines and cosines of row and column (side * side, width), from one wave a picture to one every two patches:
    a start from which neighbours can find each other."""
    place = torch.arange(side) / side * 2 * torch.pi
    rate = torch.logspace(-1, torch.tensor(side / 2).log2(), width // 4, 2)
    angle = place[:, None] * rate
    wave = torch.cat((angle.sin(), angle.cos()), 1)
    return torch.cat((wave[:, None].expand(side, side, -1), wave[None].expand(side, side, -1)), 2).reshape(
        side * side, width
    )


class Eye(nn.Module):
    """Pixels (B, side, side, 3) uint8 to patches (B, patches, eye_width) and tokens (B, image_tokens, width)."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.patch_embd = nn.Linear(3 * shape.patch**2, shape.eye_width)
        self.position_embd = nn.Parameter(waves(shape.side // shape.patch, shape.eye_width) * 0.5)
        self.blk = nn.ModuleList(EyeBlock(shape) for _ in range(shape.eye_layers))
        self.post_ln = nn.LayerNorm(shape.eye_width, 1e-6)
        self.soft_norm = Root(shape.eye_width, 1e-6)
        self.projection = nn.Parameter(torch.randn(shape.eye_width, shape.width) * 0.03)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        p, n = self.shape.patch, self.shape.side // self.shape.patch
        x = (pixels.float() / 255 - 0.5) / 0.5
        x = x.view(-1, n, p, n, p, 3).permute(0, 1, 3, 5, 2, 4).reshape(-1, n * n, 3 * p * p)
        x = self.patch_embd(x) + self.position_embd
        for block in self.blk:
            x = block(x)
        x = self.post_ln(x)
        pooled = (
            x.view(-1, n // self.shape.pool, self.shape.pool, n // self.shape.pool, self.shape.pool, x.shape[-1])
            .mean((2, 4))
            .flatten(1, 2)
        )
        return x, self.soft_norm(pooled) @ self.projection


class Block(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width = shape.width
        self.heads = shape.heads
        self.attn_norm, self.ffn_norm = Root(width, 1e-5), Root(width, 1e-5)
        self.attn_q, self.attn_k, self.attn_v, self.attn_output = (
            nn.Linear(width, width, bias=False) for _ in range(4)
        )
        self.ffn_gate, self.ffn_up = nn.Linear(width, shape.ff, bias=False), nn.Linear(width, shape.ff, bias=False)
        self.ffn_down = nn.Linear(shape.ff, width, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor) -> Tensor:
        y: Tensor = self.attn_norm(x)
        q, k, v = (
            f(y).unflatten(-1, (self.heads, -1)).transpose(1, 2) for f in (self.attn_q, self.attn_k, self.attn_v)
        )
        q, k = turn(q, cos, sin), turn(k, cos, sin)
        x = x + self.attn_output(attend(q, k, v, mask))
        y = self.ffn_norm(x)
        y = self.ffn_down(functional.silu(self.ffn_gate(y)) * self.ffn_up(y))
        return x + y


def turn(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary positions over adjacent pairs, llama.cpp's NORM type."""
    a, b = x[..., 0::2], x[..., 1::2]
    return torch.stack((a * cos - b * sin, a * sin + b * cos), -1).flatten(-2).to(x.dtype)


class Net(nn.Module):
    """`eye` and the text model; `image` is the id that stands in for picture tokens in the token rows."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.eye = Eye(shape)
        self.token_embd = nn.Embedding(shape.vocabulary, shape.width)
        self.blk = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.output_norm = Root(shape.width, 1e-5)
        self.output = nn.Linear(shape.width, shape.vocabulary, bias=False)
        nn.init.normal_(self.token_embd.weight, std=0.3)
        for name, weight in self.named_parameters():
            if weight.dim() == 2 and "embd" not in name and "projection" not in name:
                nn.init.normal_(
                    weight,
                    std=0.6 / weight.shape[1] ** 0.5
                    if "down" in name or "out" in name.split(".")[-2]
                    else weight.shape[1] ** -0.5,
                )

    def hidden(
        self,
        tokens: Tensor,
        pictures: Tensor | None,
        image: int,
        groups: Tensor | None = None,
        places: Tensor | None = None,
    ) -> Tensor:
        """tokens (B, T); pictures (N, image_tokens, width) fill the runs of `image` in order. With `groups` (B, T) a
        token sees only its own group and group 0; `places` (B, T) are positions, 0, 1, 2, ... when left out."""
        x: Tensor = self.token_embd(tokens)
        at = tokens == image
        if pictures is not None:
            x = x.to(torch.float32).masked_scatter(at[..., None], pictures.to(torch.float32))
        length = tokens.shape[1]
        starts = at & ~functional.pad(at, (1, 0))[:, :-1]
        run = starts.cumsum(1) * at
        both = (run[:, :, None] == run[:, None, :]) & at[:, :, None]
        causal = torch.ones(length, length, dtype=torch.bool, device=tokens.device).tril()
        mask = torch.zeros(tokens.shape[0], 1, length, length, device=x.device)
        seen = both | causal
        if groups is not None:
            seen = seen & ((groups[:, None, :] == 0) | (groups[:, :, None] == groups[:, None, :]))
        mask.masked_fill_(~seen[:, None], float("-inf"))
        half = self.shape.width // self.shape.heads // 2
        rate = self.shape.rope_base ** (-torch.arange(half, device=x.device).float() / half)
        if places is None:
            places = torch.arange(length, device=x.device)[None]
        angle = places.float()[:, None, :, None] * rate
        cos, sin = angle.cos(), angle.sin()
        for block in self.blk:
            x = block(x, cos, sin, mask)
        normed: Tensor = self.output_norm(x)
        return normed

    def forward(self, tokens: Tensor, pictures: Tensor | None, image: int) -> Tensor:
        logits: Tensor = self.output(self.hidden(tokens, pictures, image))
        return logits


class Teacher(nn.Module):
    """Heads that teach the eye and are dropped at export: what lies under each patch and token, what picture it is."""

    def __init__(self, shape: Shape, kinds: int, colours: int, digits: int) -> None:
        super().__init__()
        self.sizes = (1 + kinds, 1 + colours, 1 + digits, 16)
        self.patch = nn.Linear(shape.eye_width, sum(self.sizes))
        self.token = nn.Linear(shape.width, kinds + colours + 3 * digits + 9 + 6)
        self.subject = nn.Linear(shape.width, 3)
        self.counts = nn.Linear(shape.width, 6 * (1 + kinds))
        self.parts = (1 + kinds, 1 + colours, 1 + 9, 1 + 6, 1 + digits)
        self.under = nn.Linear(shape.width, sum(self.parts))

    def forward(self, patches: Tensor, tokens: Tensor, labels: dict[str, Tensor]) -> dict[str, Tensor]:
        """Losses by name."""
        known = labels["subject"] != 2
        parts = self.patch(patches[known]).float().split(self.sizes, -1)
        losses = {
            name: functional.cross_entropy(part.flatten(0, 1), labels[name][known].flatten(), weight=weighted(part))
            for name, part in zip(("kind", "colour", "digit"), parts, strict=False)
        }
        losses["ink"] = 3 * functional.binary_cross_entropy_with_logits(parts[3], labels["ink"][known])
        centre = self.token(tokens[known]).float()
        losses["centre"] = 20 * functional.binary_cross_entropy_with_logits(centre, labels["centre"][known].float())
        counts = self.counts(tokens[known].mean(1)).float().unflatten(-1, (-1, 6))
        losses["counts"] = functional.cross_entropy(counts.flatten(0, 1), labels["counts"][known].flatten())
        under = self.under(tokens[known]).float().split(self.parts, -1)
        losses["under"] = torch.stack(
            [
                functional.cross_entropy(
                    part.flatten(0, 1), labels["under"][known][..., k].flatten(), weight=weighted(part)
                )
                for k, part in enumerate(under)
            ]
        ).sum()
        losses["subject"] = functional.cross_entropy(self.subject(tokens.mean(1)).float(), labels["subject"])
        return losses


def weighted(part: Tensor) -> Tensor:
    """Class weights: empty ground counts a third."""
    weight = torch.ones(part.shape[-1], device=part.device)
    weight[0] = 0.33
    return weight


def described(shape: Shape) -> dict[str, Any]:
    return asdict(shape)
