"""The practice embedder: pictures and words as vectors in one space, so that "red circle on blue" finds its picture.

It is the practice model's text half, cut to its first layers and trained on: the state of the last token, behind a
picture or behind words, is the vector (llama.cpp's pooling "last", as in large multimodal embedding models). Of the
vision encoder only the way out is trained anew: what the practice model is shown leaves out the color of the ground,
which is in the features before. Contrastive: all descriptions of a batch against all of its pictures, where each
that is true counts (the loss of CLIP, Radford et al. 2021, arXiv 2103.00020, and of SigLIP, Zhai et al. 2023, arXiv
2303.15343, which also keeps what is true apart from what is about nothing).

python -m recipe.embedding [--minutes 8] [--pictures 5000]     minutes on one core; then recall on pictures drawn anew
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from recipe.descriptions import Description, describe, described_scene, off_subject
from recipe.draw import picture, square, worn
from recipe.embedding_export import EYE_FILE, FILE, read_weights, write_embedder
from recipe.embedding_scores import scores
from recipe.export import HOME, read
from recipe.net import Net
from recipe.scenes import Scene
from recipe.tokens import BOS, IMAGE, IMAGE_END, IMAGE_START, MODEL, PAD, USER

LAYERS = 3
BATCH, TEXTS_EACH, OFF_SUBJECT = 64, 3, 16
MUON = 2.0
"""Its rate over AdamW's, as in the training of the practice model."""
SAVE_SECONDS = 60.0
KEPT, MOST_WRONG = 0.98, 0.01
"""Of the true pairs, so many are to be similar enough; of those with a text off the subject, at most so many."""
WARM_STEPS = 30
EYE_BATCH = 32


class Embedder(nn.Module):
    """`net` without its vision encoder's gradient; `scale` and `bias` of both losses are learned."""

    def __init__(self, source: Net, tokenizer: object, layers: int = LAYERS) -> None:
        super().__init__()
        self.net = Net(replace(source.shape, layers=layers))
        kept = self.net.state_dict().keys()
        self.net.load_state_dict({name: value for name, value in source.state_dict().items() if name in kept})
        self.net.eye.requires_grad_(False)
        self.net.eye.mm.requires_grad_(True)
        self.scale, self.even_scale = nn.Parameter(torch.tensor(2.7)), nn.Parameter(torch.tensor(2.3))
        self.bias = nn.Parameter(torch.tensor(-8.0))
        self._words = tokenizer

    def special(self, name: str) -> int:
        """The id of a special token."""
        return int(self._words.token_to_id(name))  # type: ignore[attr-defined]

    @torch.no_grad()
    def see(self, pixels: Tensor) -> Tensor:
        """Features (B, image_tokens, eye width) of pixels (B, side, side, 3)."""
        features: Tensor = self.net.eye(pixels)[0]
        return features

    def pictures(self, seen: Tensor) -> Tensor:
        """Vectors (B, width) of length 1."""
        ids = [self.special(BOS), self.special(USER), self.special(IMAGE_START)]
        ids += [self.special(IMAGE)] * seen.shape[1] + [self.special(IMAGE_END), self.special(MODEL)]
        rows = torch.tensor(ids).repeat(len(seen), 1)
        tokens = self.net.eye.mm(seen)
        return functional.normalize(self.net.hidden(rows, tokens, self.special(IMAGE))[:, -1].float(), dim=-1)

    def texts(self, texts: Sequence[str]) -> Tensor:
        """Vectors (B, width) of length 1."""
        head, tail = [self.special(BOS), self.special(USER)], [self.special(MODEL)]
        encoded = [self._words.encode(text.strip(), add_special_tokens=False).ids for text in texts]  # type: ignore[attr-defined]
        rows = [[*head, *ids, *tail] for ids in encoded]
        longest = max(map(len, rows))
        tokens = torch.tensor([row + [self.special(PAD)] * (longest - len(row)) for row in rows])
        hidden = self.net.hidden(tokens, None, self.special(IMAGE))
        last = hidden[torch.arange(len(rows)), torch.tensor([len(row) - 1 for row in rows])]
        return functional.normalize(last.float(), dim=-1)


def drawn(random: Random, count: int) -> tuple[list[Scene], Tensor]:
    """Scenes and their pixels (count, side, side, 3)."""
    scenes = [described_scene(random) for _ in range(count)]
    pixels = np.stack([np.asarray(square(worn(picture(one, random)[0], random))) for one in scenes])
    return scenes, torch.from_numpy(pixels)


def all_seen(model: Embedder, pixels: Tensor) -> Tensor:
    """What the vision encoder makes of them, once for the whole training."""
    return torch.cat([model.see(part).half() for part in torch.split(pixels, EYE_BATCH)])


def loss_of(model: Embedder, texts: Tensor, pictures: Tensor, true: Tensor) -> Tensor:
    """`true` (texts, pictures): which describes which."""
    similar = texts @ pictures.T
    logits = similar * model.scale.exp()
    both = _contrast(logits, true) + _contrast(logits.T, true.T)
    even = functional.binary_cross_entropy_with_logits(
        similar * model.even_scale.exp() + model.bias, true.float(), reduction="sum"
    )
    return both + 0.5 * even / len(texts)


def _contrast(logits: Tensor, true: Tensor) -> Tensor:
    """Each true pair against all that are not true, in each row."""
    others = logits.masked_fill(true, -torch.inf).logsumexp(-1, keepdim=True)
    losses = functional.softplus(others - logits)[true]
    weights = (1 / true.sum(-1, keepdim=True).clamp_min(1)).expand_as(logits)[true]
    return (losses * weights).sum() / weights.sum().clamp_min(1)


def described(random: Random, scenes: Sequence[Scene]) -> tuple[list[Description], Tensor]:
    """Descriptions of each scene, some of none, and which are true of which."""
    said = [describe(random, one, whole=random.random() < 0.4) for one in scenes for _ in range(TEXTS_EACH)]
    said += [off_subject(random) for _ in range(OFF_SUBJECT)]
    return said, torch.tensor([[one.is_true_of(scene) for scene in scenes] for one in said])


def optimisers(model: Embedder) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the blocks, AdamW for the rest."""
    named = [(name, one) for name, one in model.named_parameters() if one.requires_grad]
    inner = [one for name, one in named if "blk." in name and one.dim() == 2]
    rest = [one for name, one in named if not ("blk." in name and one.dim() == 2)]
    return [
        torch.optim.Muon(inner, 1.0, weight_decay=0.05, momentum=0.95, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(rest, 1.0, betas=(0.9, 0.98), weight_decay=0.0),
    ]


def train(
    model: Embedder, scenes: Sequence[Scene], seen: Tensor, args: argparse.Namespace, save: Callable[[], object]
) -> None:
    """With a cosine over the minutes, of the processor: a busy machine only takes longer."""
    random = Random(f"embedding {args.seed}")
    both = optimisers(model)
    began, step, mean, saved = time.process_time(), 0, 0.0, 0.0
    while (spent := time.process_time() - began) < 60 * args.minutes:
        falling = 0.02 + 0.49 * (1 + math.cos(math.pi * spent / (60 * args.minutes)))
        for optimiser, factor in zip(both, (MUON, 1.0), strict=True):
            for group in optimiser.param_groups:
                group["lr"] = args.rate * factor * min(1, (step + 1) / WARM_STEPS) * falling
        chosen = random.sample(range(len(scenes)), BATCH)
        said, true = described(random, [scenes[k] for k in chosen])
        with torch.autocast("cpu", torch.bfloat16):
            texts = model.texts([one.text for one in said])
            pictures = model.pictures(seen[chosen].float())
        loss = loss_of(model, texts, pictures, true)
        for optimiser in both:
            optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimiser in both:
            optimiser.step()
        step += 1
        mean += (loss.item() - mean) / min(step, 25)
        if step % 25 == 0:
            print(f"step {step} {spent:.0f} s loss {mean:.3f}", flush=True)
        if spent - saved >= SAVE_SECONDS:
            saved = spent
            save()


@torch.no_grad()
def calibrate(model: Embedder, count: int = 100) -> float:
    """The similarity from which on a picture counts as found, on pictures drawn for this."""
    random = Random("calibration")
    scenes, pixels = drawn(random, count)
    shown = [k for k, scene in enumerate(scenes) if scene.shapes]
    pictures = model.pictures(all_seen(model, pixels).float())
    said, true = described(random, [scenes[k] for k in shown])
    similar = model.texts([one.text for one in said]) @ pictures[shown].T
    right = similar[true].quantile(1 - KEPT)
    wrong = similar[-OFF_SUBJECT:].flatten().quantile(1 - MOST_WRONG)
    return float(max(right, wrong))


@torch.no_grad()
def measured(model: Embedder, least: float, count: int = 200) -> str:
    """Recall on pictures and wordings that were not trained on."""
    return str(
        scores(
            lambda image: model.pictures(model.see(torch.from_numpy(np.array(square(image)))[None]))[0].numpy(),
            lambda text: model.texts([text])[0].numpy(),
            least,
            count,
        )
    )


def main() -> None:
    """Train, measure, export."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--pictures", type=int, default=5000)
    parser.add_argument("--rate", type=float, default=8e-4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--go-on", action="store_true", help="from the embedder that is there")
    parser.add_argument("--to", type=Path, default=HOME)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    model = Embedder(*read())
    if args.go_on:
        read_weights(model.net, args.to)
    words = read()[1]
    began = time.process_time()
    scenes, pixels = drawn(Random(f"pictures {args.seed}"), args.pictures)
    seen = all_seen(model, pixels)
    print(f"{args.pictures} pictures after {time.process_time() - began:.0f} s", flush=True)
    train(model, scenes, seen, args, lambda: write_embedder(model.net, words, args.to, calibrate(model)))
    least = calibrate(model.eval())
    write_embedder(model.net, words, args.to, least)
    print("wrote", args.to / FILE, args.to / EYE_FILE, flush=True)
    print(measured(model, least))


if __name__ == "__main__":
    main()
