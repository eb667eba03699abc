"""What all models share: strict about JSON types, silent about unknown keys, described in both languages."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Model(BaseModel):
    """A JSON object: no coercion (``"1"`` is no integer, ``true`` is no integer), unknown keys pass."""

    model_config = ConfigDict(strict=True, extra="ignore")


def key(en: str, zh: str, default: Any = ..., alias: str | None = None, **extra: Any) -> Any:
    """A key with its meaning in English and Chinese. Further facts (dtype, shape, unit, reader) go to ``x-`` words."""
    notes = {"x-description-zh": zh, **{f"x-{name.replace('_', '-')}": fact for name, fact in extra.items()}}
    return Field(default, alias=alias, description=en, json_schema_extra=notes)


def described(zh: str) -> Any:
    """The Chinese twin of a model's docstring."""
    return {"x-description-zh": zh}


def bare(schema: dict[str, Any]) -> None:
    """Drops the titles that Pydantic derives from key names: they say nothing."""
    schema.pop("title", None)
    for name in ("properties", "$defs"):
        for item in schema.get(name, {}).values():
            if name == "$defs":
                bare(item)
            else:
                item.pop("title", None)
