"""Counts tokens of text: with a tokenizer from a folder, or by the lower bound. Nothing of the folder is executed."""

from __future__ import annotations

import base64
import binascii
import os
from pathlib import Path
from typing import Any, Final

from ..targets.tokens import fewest
from ..wording import Text

LIMIT: Final = 256 * 1024 * 1024
"""Bytes of the largest file that is taken for a tokenizer."""
PATTERN: Final = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
"""Where GLM-4 cuts text before it merges bytes (tokenization_chatglm.py of glm-4-9b-chat: pat_str)."""


class TokenizerError(ValueError):
    """The tokenizer cannot be read; ``text`` says why."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text.en)


class TokenCounter:
    """Counts tokens. Picklable: a copy opens its file again, when it is first asked."""

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        """``path``: a folder with tokenizer.json or GLM-4's tokenizer.model, or one of these files; raises TokenizerError."""
        self.path = None if path is None else _file(Path(path))
        self._encode: Any = None
        if self.path is not None:
            self._open()

    @property
    def exact(self) -> bool:
        """True if a tokenizer counts."""
        return self.path is not None

    def __getstate__(self) -> Path | None:
        return self.path

    def __setstate__(self, path: Path | None) -> None:
        self.path, self._encode = path, None

    def __call__(self, text: str) -> int:
        """Tokens of ``text``; without a tokenizer, no more than it surely has in GLM-4's vocabulary."""
        if self.path is None:
            return fewest(text)
        if self._encode is None:
            self._open()
        return int(self._encode(text))

    def _open(self) -> None:
        path = self.path
        if path is None:
            return
        self._encode = _json(path) if path.suffix == ".json" else _ranks(path)


def _file(path: Path) -> Path:
    names = [path] if path.is_file() else [path / "tokenizer.json", path / "tokenizer.model"]
    found = next((name for name in names if name.is_file() and name.suffix in (".json", ".model")), None)
    if found is None:
        raise TokenizerError(
            Text(
                f"--tokenizer {path}: no tokenizer.json and no tokenizer.model there",
                f"--tokenizer {path}：那里没有 tokenizer.json，也没有 tokenizer.model",
            )
        )
    if found.stat().st_size > LIMIT:
        raise TokenizerError(Text(f"{found} is too large for a tokenizer", f"{found} 太大，不像分词器文件"))
    return found


def _missing(path: Path, package: str) -> TokenizerError:
    return TokenizerError(
        Text(
            f"{path.name} is read by the package {package}, which is not installed: pip install {package}",
            f"读取 {path.name} 需要 {package}，尚未安装：pip install {package}",
        )
    )


def _unreadable(path: Path, why: object) -> TokenizerError:
    said = str(why).split("\n")[0][:120]
    return TokenizerError(Text(f"{path} cannot be read as a tokenizer: {said}", f"{path} 不能作为分词器读取：{said}"))


def _json(path: Path) -> Any:
    try:
        from tokenizers import Tokenizer  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        raise _missing(path, "tokenizers") from None
    try:
        encoder = Tokenizer.from_file(str(path))
    except Exception as error:  # noqa: BLE001  the package raises bare Exception on a broken file
        raise _unreadable(path, error) from None
    return lambda text: len(encoder.encode(text.encode("utf-8", "replace").decode(), add_special_tokens=False).ids)


def _ranks(path: Path) -> Any:
    """GLM-4's tokenizer.model: lines of base64 and rank. SentencePiece files of the same name are refused."""
    try:
        import tiktoken  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        raise _missing(path, "tiktoken") from None
    ranks = {}
    try:
        for line in path.read_bytes().splitlines():
            if line.strip():
                token, rank = line.split()
                ranks[base64.b64decode(token, validate=True)] = int(rank)
    except (OSError, ValueError, binascii.Error):
        raise _unreadable(path, "its lines are not 'base64 rank', as GLM-4's are (SentencePiece is not read)") from None
    if any(bytes([byte]) not in ranks for byte in range(256)):
        raise _unreadable(path, "it lacks some single bytes")
    encoder = tiktoken.Encoding(path.name, pat_str=PATTERN, mergeable_ranks=ranks, special_tokens={})
    return lambda text: len(encoder.encode(text.encode("utf-8", "replace").decode(), disallowed_special=()))
