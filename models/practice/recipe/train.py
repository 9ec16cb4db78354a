"""Training, resumable: the eye alone and the text alone (at once, on a core each), then both together, then both
again at a lower rate.

    python -m recipe.train eye --minutes 60      python -m recipe.train words --minutes 60
    python -m recipe.train all --minutes 60
    python -m recipe.train calm --minutes 60
Each goes on from its checkpoint in ../.work when there is one; the cosine ends when the minutes are spent.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import argparse
import math
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from recipe.export import read
from recipe.feed import Batch, Pictures, feed
from recipe.losses import eye_loss, noisy_codes, scaled_gradient, text_loss
from recipe.matching import seed_matching_heads
from recipe.meters import Log, ThreadChoice
from recipe.net import Net, Shape, Teacher, described
from recipe.tokens import tokenizer

WORK = Path(__file__).resolve().parent.parent / ".work"
SAVE_SECONDS = 180.0


def save(path: Path, state: dict[str, Any]) -> None:
    """In one step, keeping the one before."""
    draft = path.with_suffix(".new")
    torch.save(state, draft)
    if path.exists():
        path.replace(path.with_suffix(".old.pt"))
    draft.replace(path)


def rate(args: argparse.Namespace, step: int, share: float) -> float:
    """Warm-up by steps, then a cosine over the share of the time spent, down to 2 %."""
    fall = 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1.0, share)))
    return float(args.rate * min(1.0, (step + 1) / args.warm) * fall)


def optimisers(net: Net, teacher: Teacher) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the blocks, AdamW for the rest: with AdamW alone the eye told colours, but no kinds,
    after 50,000 pictures."""

    def groups(inner: bool) -> list[dict[str, Any]]:
        """Parameters inside the blocks, or all others; the vision encoder's have a rate of their own."""
        chosen = [(name, p) for name, p in net.named_parameters() if ("blk." in name and p.dim() == 2) is inner]
        heads = [] if inner else list(teacher.parameters())
        return [
            {"params": [p for name, p in chosen if name.startswith("eye.")] + heads, "eye": True},
            {"params": [p for name, p in chosen if not name.startswith("eye.")], "eye": False},
        ]

    return [
        torch.optim.Muon(groups(True), 1.0, weight_decay=0.05, momentum=0.95, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(groups(False), 1.0, betas=(0.9, 0.98), weight_decay=0.0, fused=True),
    ]


def load_halves(net: Net, teacher: Teacher) -> None:
    """Weights of the phases "eye" and "words", where there are checkpoints."""
    for phase, mine in (("eye", True), ("words", False)):
        path = WORK / f"{phase}.pt"
        if path.exists():
            state = torch.load(path, weights_only=True)
            part = {name: value for name, value in state["net"].items() if name.startswith("eye.") is mine}
            net.load_state_dict(net.state_dict() | part)
            if mine:
                teacher.load_state_dict(state["teacher"])


class Training:
    """One phase ("eye", "words", "all" or "calm"): its networks, optimisers, checkpoint and clock."""

    def __init__(self, args: argparse.Namespace) -> None:
        WORK.mkdir(exist_ok=True)
        torch.set_num_threads(args.threads)
        torch.manual_seed(args.seed)
        self.args = args
        self.path = WORK / f"{args.phase}.pt"
        self.shape = Shape()
        self.net, self.teacher = Net(self.shape), Teacher(self.shape)
        self.net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.optimisers = optimisers(self.net, self.teacher)
        self.step, self.seconds_before = 0, 0.0
        self._load_weights()
        self.log, self.threads = Log(WORK / f"{args.phase}.log"), ThreadChoice(args.threads)
        self.started = time.monotonic()

    def _load_weights(self) -> None:
        """From this phase's checkpoint, the committed pair, or the phases before, in that order."""
        args = self.args
        if self.path.exists() and not args.fresh:
            self._load_checkpoint()
        elif args.from_gguf:
            committed, words = read()
            self.net.load_state_dict(committed.state_dict())
            words.save(str(WORK / "tokenizer.json"))
        elif args.phase == "all":
            load_halves(self.net, self.teacher)
        elif args.phase == "calm":
            state = torch.load(WORK / "all.pt", weights_only=True)
            self.net.load_state_dict(state["net"])
            self.teacher.load_state_dict(state["teacher"])
        else:
            seed_matching_heads(self.net, tokenizer())

    def _load_checkpoint(self) -> None:
        state = torch.load(self.path, weights_only=True)
        self.net.load_state_dict(state["net"])
        self.teacher.load_state_dict(state["teacher"])
        if not self.args.cold:
            for optimiser, memory in zip(self.optimisers, state["optimisers"], strict=True):
                optimiser.load_state_dict(memory)
            self.step, self.seconds_before = state["step"], state["seconds"]

    def batches(self) -> Iterator[Batch]:
        """Endless; another seed for each step that it goes on from, so that nothing is seen twice."""
        args = self.args
        if args.phase == "eye":
            return feed(Pictures(args.seed + self.step, args.batch), args.workers)
        from recipe.lessons import Lessons

        return feed(Lessons(args.seed + self.step, args.batch, args.phase != "words"), args.workers)

    @property
    def elapsed_seconds(self) -> float:
        """Of training in all, counting what the checkpoint has spent."""
        return self.seconds_before + time.monotonic() - self.started

    def loss(self, batch: Batch) -> Tensor:
        """Of the phase: the eye's own lessons, the answers, or both."""
        phase = self.args.phase
        with torch.autocast("cpu", torch.bfloat16, enabled=self.args.bf16):
            loss = torch.zeros(())
            tokens = torch.zeros(())
            if phase == "words":
                tokens = noisy_codes(self.net, batch["codes"])
            elif len(batch["pixels"]):
                loss, tokens = eye_loss(self.net, self.teacher, batch, self.log)
            if phase != "eye":
                loss = loss + text_loss(self.net, scaled_gradient(tokens), batch, self.log)
        return loss

    def learn(self, batch: Batch, share: float) -> None:
        """One step; `share` of the time is spent. Raises SystemExit where the gradient is not finite."""
        self.threads.start()
        now = rate(self.args, self.step, share)
        for optimiser, factor in zip(self.optimisers, (self.args.muon, 1.0), strict=True):
            for group in optimiser.param_groups:
                group["lr"] = now * factor * (self.args.eye if group["eye"] else 1.0)
        loss = self.loss(batch)
        self.net.zero_grad(set_to_none=True)
        self.teacher.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        length = torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        if not length.isfinite():
            raise SystemExit(f"step {self.step}: the gradient is not finite; the checkpoint before it stands")
        for optimiser in self.optimisers:
            optimiser.step()
        self.step += 1
        self.threads.stop()

    def save(self) -> None:
        """A checkpoint, from which the same phase goes on."""
        state = {
            "net": self.net.state_dict(),
            "teacher": self.teacher.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
            "step": self.step,
            "seconds": self.elapsed_seconds,
            "shape": described(self.shape),
        }
        save(self.path, state)


def run(args: argparse.Namespace) -> None:
    """Train until the minutes are spent or SIGTERM; a checkpoint every three minutes and at the end."""
    training = Training(args)
    batches = training.batches()
    limit_seconds = args.minutes * 60
    saved = time.monotonic()
    stop: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stop.append(number))
    training.net.train()
    while not stop and (elapsed := training.elapsed_seconds) < limit_seconds:
        training.learn(next(batches), elapsed / limit_seconds)
        step = training.step
        if (step % 25 == 0 and step < 200) or step % 50 == 0:
            training.log.line(f"step {step} {elapsed / 60:.1f}min x{training.threads.best}")
        last = bool(stop) or training.elapsed_seconds >= limit_seconds
        if last or time.monotonic() - saved > SAVE_SECONDS:
            saved = time.monotonic()
            training.save()


def main() -> None:
    """Run one phase, as the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("phase", choices=("eye", "words", "all", "calm"))
    parser.add_argument("--minutes", type=float, required=True, help="in all, counting what a checkpoint has spent")
    parser.add_argument("--rate", type=float, default=1.2e-3)
    parser.add_argument("--muon", type=float, default=2.0, help="Muon's rate over AdamW's")
    parser.add_argument("--eye", type=float, default=1.0, help="the eye's rate over the text's")
    parser.add_argument("--warm", type=int, default=150)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--bf16", action=argparse.BooleanOptionalAction, default=True, help="half as slow where the CPU has AVX512-BF16"
    )
    parser.add_argument("--fresh", action="store_true", help="ignore the checkpoint")
    parser.add_argument("--from-gguf", action="store_true", help="without a checkpoint, go on from the committed pair")
    parser.add_argument(
        "--cold", action="store_true", help="take the weights, not the optimiser and not the time spent"
    )
    run(parser.parse_args())


if __name__ == "__main__":
    main()
