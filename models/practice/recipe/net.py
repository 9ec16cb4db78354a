"""The network in torch, operation for operation what llama.cpp computes for `yasa2` projectors and `llama` models."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from recipe.symbols import PARTS, SIZE, decoder


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes; every row length of a large matrix is a multiple of 32 so that Q8_0 fits."""

    vocabulary: int = 1280
    side: int = 128
    patch: int = 4
    eye_widths: tuple[int, ...] = (48, 96, 192)
    eye_depths: tuple[int, ...] = (1, 2, 5)
    eye_ff: int = 384
    width: int = 192
    ff: int = 512
    layers: int = 5
    heads: int = 4
    rope_base: float = 10_000.0

    @property
    def image_tokens(self) -> int:
        """Tokens that one picture takes."""
        return ((self.side // self.patch) >> (len(self.eye_widths) - 1)) ** 2


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


def over_channels(x: Tensor, norm: nn.LayerNorm) -> Tensor:
    """The norm over the channels of (B, C, H, W)."""
    normed: Tensor = norm(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
    return normed


class EyeBlock(nn.Module):
    """ConvNeXt V2's block (Woo et al. 2023, arXiv 2301.00808): 7 x 7 by channel, then an MLP with response norm."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.dw = nn.Conv2d(width, width, 7, padding=3, groups=width)
        self.ln = nn.LayerNorm(width, 1e-6)
        self.pw1, self.pw2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.grn = Grn(4 * width)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.ln(self.dw(x).permute(0, 2, 3, 1))
        y = self.pw2(self.grn(functional.gelu(self.pw1(y))))
        return x + y.permute(0, 3, 1, 2)


class Grn(nn.Module):
    """Global response normalisation over (B, H, W, C)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.zeros(width)), nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor) -> Tensor:
        size = x.float().square().sum((1, 2), keepdim=True).clamp_min(1e-12).sqrt()  # the root of 0 has no slope
        share = size / size.mean(-1, keepdim=True).clamp_min(1e-6)
        return x * (1 + self.weight * share).to(x.dtype) + self.bias.to(x.dtype)


class Stage(nn.Module):
    """Halves the grid, except at the start, then blocks."""

    def __init__(self, before: int, width: int, depth: int) -> None:
        super().__init__()
        if before:
            self.down = nn.ModuleDict({"ln": nn.LayerNorm(before, 1e-6), "conv": nn.Conv2d(before, width, 2, 2)})
        self.blk = nn.ModuleList(EyeBlock(width) for _ in range(depth))

    def forward(self, x: Tensor) -> Tensor:
        if hasattr(self, "down"):
            norm = self.down["ln"]
            assert isinstance(norm, nn.LayerNorm)
            x = self.down["conv"](over_channels(x, norm))
        for block in self.blk:
            x = block(x)
        return x


class Eye(nn.Module):
    """Pixels (B, side, side, 3) uint8 to features (B, image_tokens, eye width) and tokens (B, image_tokens, width):
    the projector that llama.cpp calls `yasa2`."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        widths = shape.eye_widths
        self.patch_embd = nn.Conv2d(3, widths[0], shape.patch, shape.patch)
        self.patch_ln = nn.LayerNorm(widths[0], 1e-6)
        self.stage = nn.ModuleList(
            Stage(before, width, depth)
            for before, width, depth in zip((0, *widths), widths, shape.eye_depths, strict=False)
        )
        self.position = nn.Parameter(torch.randn(shape.image_tokens, widths[-1]) * 0.02)
        self.mm = nn.Sequential(nn.Linear(widths[-1], shape.eye_ff), nn.GELU(), nn.Linear(shape.eye_ff, shape.width))

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        x = ((pixels.float() / 255 - 0.5) / 0.5).permute(0, 3, 1, 2)
        x = over_channels(self.patch_embd(x), self.patch_ln)
        for stage in self.stage:
            x = stage(x)
        features = x.flatten(2).transpose(1, 2) + self.position
        return features, self.mm(features)


class Block(nn.Module):
    """One layer of the text model: attention and a SwiGLU feed-forward, each behind an RMS norm."""

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
            if weight.dim() == 2 and "embd" not in name and not name.startswith("eye."):
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
        seen = torch.ones(length, length, dtype=torch.bool, device=tokens.device).tril()[None]
        mask = torch.zeros(tokens.shape[0], 1, length, length, device=x.device)
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


MIDDLES = 4.0


class Teacher(nn.Module):
    """What the eye learns by itself: the code of `symbols`, in its tokens and, by heads that are dropped at export,
    in its features."""

    decoder: Tensor
    weight: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = nn.Linear(shape.eye_widths[-1], SIZE)
        self.register_buffer("decoder", torch.from_numpy(decoder(shape.width)), persistent=False)
        # A shape has one middle and covers many cells: the middles would hardly be heard.
        weight = torch.ones(SIZE)
        weight[: PARTS["under_kind"].start] = MIDDLES
        self.register_buffer("weight", weight, persistent=False)

    def forward(self, features: Tensor, tokens: Tensor, code: Tensor) -> dict[str, Tensor]:
        """Losses by name; `code` is (B, image_tokens, SIZE)."""
        logits = self.heads(features).float()
        wrong = tokens.float() @ self.decoder - code
        losses = {
            "heads": (self.weight * functional.binary_cross_entropy_with_logits(logits, code, reduction="none"))
            .sum(-1)
            .mean(),
            "tokens": 2 * (self.weight * wrong.square()).sum(-1).mean(),
        }
        with torch.no_grad():
            for name, part in PARTS.items():
                losses["~" + name] = wrong[..., part].square().sum() / code[..., part].sum().clamp_min(1)
        return losses


def described(shape: Shape) -> dict[str, Any]:
    """The sizes as a dictionary, for a checkpoint."""
    return asdict(shape)
