"""Write a clean JSON Lines corpus of a given size: chats of 2 to 10 messages, English and Chinese, from a fixed seed.

``python benchmarks/make_corpus.py PATH MEGABYTES [--mean BYTES]``. ``--mean 330`` gives the short records of chat logs,
the default 1,800 those of instruction sets.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

WORDS = [
    "the",
    "model",
    "reads",
    "a",
    "batch",
    "and",
    "learns",
    "what",
    "follows",
    "each",
    "token",
    "in",
    "turn",
    "while",
    "labels",
    "mark",
    "which",
    "of",
    "them",
    "count",
]
SIGNS = "模型读取一批数据然后学习每个词之后会出现什么而标签决定哪些位置参与计算损失函数"


def text(rng: random.Random, length: int) -> str:
    """About ``length`` bytes of words, one in three Chinese."""
    if rng.random() < 0.33:
        return "".join(rng.choice(SIGNS) for _ in range(max(2, length // 3))) + "。"
    return " ".join(rng.choice(WORDS) for _ in range(max(2, length // 5))) + rng.choice([".", "?", "!\n", ' "so"'])


def record(rng: random.Random, mean: int) -> str:
    """One chat as a line."""
    turns = rng.choice([1, 1, 2, 2, 3, 5])
    each = max(20, int(mean / 2.3 / 2 - 40))
    messages = [{"role": "system", "content": text(rng, 40)}] if rng.random() < 0.3 else []
    for _ in range(turns):
        messages.append({"role": "user", "content": text(rng, rng.randrange(each // 2, each * 2))})
        messages.append({"role": "assistant", "content": text(rng, rng.randrange(each // 2, each * 2))})
    return json.dumps({"messages": messages}, ensure_ascii=False) + "\n"


def main() -> None:
    """Write the corpus."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("megabytes", type=int)
    parser.add_argument("--mean", type=int, default=1800)
    wanted = parser.parse_args()
    rng, written = random.Random(20), 0
    wanted.path.parent.mkdir(parents=True, exist_ok=True)
    with wanted.path.open("w", encoding="utf-8") as out:
        while written < wanted.megabytes * 1_000_000:
            line = record(rng, wanted.mean)
            out.write(line)
            written += len(line.encode())


if __name__ == "__main__":
    main()
