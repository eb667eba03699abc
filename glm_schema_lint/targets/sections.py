"""The sections of a contract: what a TOML file may say, and in which words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ..finding import Effect, Stage
from ..wording import Text


def halves(text: str) -> Text:
    """``"English | 中文"`` as the TOML files write a sentence; what has one half only says it in both languages."""
    english, _, chinese = text.partition(" | ")
    return Text(english, chinese or english)


FIXED = ConfigDict(extra="forbid", frozen=True)
"""A contract says nothing that is not known here, and nobody changes it."""


class Section(BaseModel):
    """One table of a contract."""

    model_config = FIXED


class Reads(Section):
    """Which keys a target reads in one dialect. An empty name means that it reads no such key."""

    messages: str = "messages"
    role: str = "role"
    content: str = "content"
    messages_or: list[str] = []
    """Names taken where ``messages`` is absent; likewise below."""
    role_or: list[str] = []
    content_or: list[str] = []
    message_image: str = ""
    images: str = ""
    images_or: list[str] = []
    """Keys of a single image, taken where ``images`` is absent and made a list of one."""
    tools: str = ""
    prompt: str = ""
    query: str = ""
    response: str = ""
    history: str = ""
    system: str = ""


class Turns(Section):
    """Roles, their order, and what becomes of a conversation. ``roles`` maps a kind to the spellings taken for it."""

    roles: dict[str, list[str]] = {}
    order: str = "any"
    rows: dict[str, str] = {}
    eval_at_least: int | None = None
    """Evaluation rows the target takes without asking whether there are so many."""
    learned: list[str] = ["assistant"]
    last_only: list[str] = []
    """The setting, with its value, under which only the last answer is trained."""
    message_keys: list[str] | None = None
    """Keys of a message that survive; None if the target leaves every key alone."""


class Image(Section):
    """Where images may stand, how many, how paths resolve, and what the processor takes."""

    where: Literal["first-message", "list", "list-or-parts", "none"] = "none"
    max: int | None = None
    max_by_template: dict[str, int] = {}
    """Where the setting ``template`` decides: at most so many images under these templates."""
    when_absent: str = "text-only"
    path_base: Literal["start-folder", "media-dir", "none"] = "none"
    accepts: list[str] = ["path"]
    placeholder: str | None = None
    placeholder_roles: list[str] = []
    placeholders: Literal["exact", "prepended", "parts", "none"] = "none"
    tokens: str | None = None
    """The formula of targets/tokens.py by which an image becomes tokens."""
    box_scale: int | None = None
    """Coordinates in text count from 0 to this over width and height."""
    rows_at_once: int | None = None
    """Rows whose pixels fit into one batch, where map writes them into Arrow arrays with 32-bit offsets."""
    list_is: Literal["list", "list-or-string"] = "list"
    part_types: list[str] = ["image", "image_url"]
    """Types of content parts that are read as images."""
    parts: Literal["read", "beside-list"] = "read"
    """Whether images in content parts are read wherever they stand, or only in data with a list beside the messages."""


class Length(Section):
    """What the target does with a record that is too long."""

    limit: list[str] = []
    """Settings whose values together are the most tokens of a training row; without all of them no limit is known."""
    extra: int = 0
    """Tokens allowed beyond that sum."""
    cut: Literal["none", "end", "shared", "refused"] = "none"
    """The end of the row is cut off, question and answer are cut in proportion, or the record is not taken."""
    cut_by: str = ""
    """A setting that says how instead: its values are in ``cut_as``, with one of the words of ``cut`` for each."""
    cut_as: dict[str, Literal["none", "end", "start", "pieces", "refused"]] = {}
    keeps_images: bool = False
    """True if a cut at either end spares the tokens of images."""
    eval_input: str = ""
    """The setting that bounds the input of an evaluation row, where such rows are made another way."""
    eval_output: str = ""
    vocabulary: str = ""
    """``glm-4`` where text becomes tokens of GLM-4's vocabulary, of which fewest() speaks."""

    def most(self, ask: Callable[[str], Any], given: int | None = None) -> int | None:
        """The most tokens of a training row: as ``given``, else by the settings; None if that is not known."""
        if given is not None or not self.limit:
            return given if self.cut != "none" else None
        parts = [ask(name) for name in self.limit]
        known = [part for part in parts if type(part) is int and part > 0]
        return sum(known) + self.extra if len(known) == len(parts) else None

    def way(self, ask: Callable[[str], Any]) -> str:
        """How a record that is too long is cut: one of the words of ``cut``, or ``start`` or ``pieces``."""
        return self.cut_as.get(str(ask(self.cut_by)), self.cut) if self.cut_by else self.cut


class Tools(Section):
    """Where tools and calls stand, and how a call is written."""

    on: str = ""
    """Kind of the turns whose ``tools`` are read; tools beside the messages are named in Reads."""
    calls: list[Literal["turn", "tool_calls", "metadata", "text"]] = []
    """A turn of its own that holds JSON, the list ``tool_calls`` of an answer, an answer that names its tool, or the text
    of one that a result follows."""
    literal: bool = False
    """True if a call, or tools, may be a Python literal as well."""
    wrapped: bool = False
    """True if a call may stand in <tool_call> tags, and behind a thought."""
    listed: bool = False
    """True if one turn may hold a list of calls."""
    text_only: bool = False
    """True if tools beside the messages must be JSON text."""
    text: bool = False
    """True if tools beside the messages may be JSON text, and mean the same as a list."""
    refused: str = ""
    """A key beside the messages that stops the trainer unless it is null."""


class Tokenized(Section):
    """Columns of tokenized rows by split kind, and the ids that mean something."""

    train: list[str] = []
    eval: list[str] = []
    columns: list[str] = []
    """Further columns the target reads where they are present."""
    vocab: int | None = None
    ignore_index: int = -100
    prefix: list[int] = []
    pad: int | None = None
    """The id that fills rows up on the left."""
    image_pair: list[int] = []
    labels_copy_inputs: bool = False
    positions: str | None = None
    loaded: bool = False
    """True if rows are read from files as they are; else the target makes them of raw records itself."""
    null_labels: Literal["deleted", "kept"] = "deleted"
    """What the evaluation step does with labels that are None: delete the key, or take it for labels to score by."""
    float_labels: Literal["cast", "kept"] = "cast"
    """What the collator makes of labels written as decimals: whole numbers, or a tensor of decimals, which no loss takes."""
    labels_checked: bool = True
    """True if the loss looks every label up, so that one outside the vocabulary stops it."""
    drops_masked: bool = False
    """True if rows without a label that counts are left out before anything else looks at them."""


class Files(Section):
    """Which files the target opens."""

    train_suffix: list[str] = []
    suffixes: list[str] = []
    lists_folder: bool = False
    loader: str = "datasets"
    together: Literal["splits", "split", "file"] = "splits"
    """What one load_dataset call reads, so that it shares one schema: all splits, the files of one split, or one file."""
    together_by: str = ""
    """A setting that says so instead: its values are in ``together_as`` with one of these words for each."""
    together_as: dict[str, Literal["splits", "split", "file"]] = {}
    keeps_mixed: str = ""
    """Releases of `datasets` that keep a column of mixed types or keys as Json; empty if none does."""
    refuses_mixed: str = ""
    """All other releases of it."""
    concatenates: list[str] = []
    """Columns that reach concatenate_datasets as they were loaded, where files are loaded one by one."""
    mixes: list[str] = []
    """Columns, and ``content`` of messages, whose types must agree between the datasets of one training; ``*`` for all
    columns and whatever is inside them, as they were loaded."""
    read_as_messages: list[str] = []
    """Columns of which one in a file makes the target read every record of the file as a conversation."""
    nulls_hurt: list[str] = []
    """Paths (``tools[]``) below which a key filled with null changes what the model reads."""
    nulls_said: list[str] = []
    """Texts (``messages[].metadata``) whose null is written out as ``None``."""
    blanks: list[str] = []
    """Texts that may be absent, and that an empty one leaves as unsaid as an absent key does."""
    also_read: list[str] = []
    """Columns it may read beside those that Reads names."""
    also_read_as: list[str] = []
    """Beginnings of the names of such columns."""

    def way(self, ask: Callable[[str], Any]) -> str:
        """What one load_dataset call reads: as the setting says, else the worst case ``together``."""
        return self.together_as.get(str(ask(self.together_by)), self.together) if self.together_by else self.together

    def settled(self, ask: Callable[[str], Any]) -> bool:
        """False while that hangs on a setting nobody made."""
        return not self.together_by or str(ask(self.together_by)) in self.together_as


class Detect(Section):
    """What makes a dataset look like this target's: any of ``dialects`` with no key of ``never``, weighed by order."""

    dialects: list[str] = []
    config: str = ""
    message_keys: list[str] = []
    columns: list[str] = []
    never_columns: list[str] = []
    never_message_keys: list[str] = []
    never_roles: list[str] = []
    never_placeholders: bool = False
    """True if a placeholder in the text means that the records were written for another trainer."""


class Config(Section):
    """What the trainer's own config may and must hold."""

    required: list[str] = []
    """Top-level keys without a default."""
    generation: bool = False
    """True if training_args must hold generation_config."""
    keys: list[str] = []
    """Top-level keys it knows beside ``arguments``; empty if nobody checks them here."""
    blocks: dict[str, list[str]] = {}
    """Blocks of the config with the keys they take; an empty list stands for ``arguments``."""
    arguments: list[str] = []
    """Fields of Seq2SeqTrainingArguments, of all releases in use."""
    templates: list[str] = []
    """Values that ``template`` may have."""
    template_of: list[list[str]] = []
    """Pairs of a family of models (letters and digits of its name) and its template, "" for none; the first that fits."""
    model: str = ""
    """The setting that names the model."""
    eos_in_answer: list[str] = []
    """Templates under which the prompt cannot be trained."""
    test_split: list[str] = []
    """The setting that names the split to evaluate on, and what it is where nobody sets it."""
    renamed: dict[str, str] = {}
    """Arguments that some releases no longer take, with the name they have now."""


class Setting(Section):
    """Something outside the data that changes a verdict: its default and where the trainer reads it."""

    default: Any = None
    read_from: str = Field("", alias="from")
    """``"English | 中文"``."""
    unset: Any = None
    """What the trainer takes where its own config is at hand and leaves this out; without one ``default`` holds."""

    @property
    def where(self) -> Text:
        """Where the trainer reads it."""
        return halves(self.read_from)


class Note(Section):
    """What holds for every dataset under this target, so that it is never a finding."""

    en: str
    zh: str
    source: str = ""
    brief: bool = False
    """Printed under the summary of every check, not only by ``glm-lint targets``."""
    unless_known: str = ""
    """A package: printed under the summary only while its release is not known."""
    kinds: list[str] = []
    """Printed under the summary only if there is a split of one of these kinds."""


class Line(Section):
    """One outcome as the TOML states it."""

    effect: Effect
    stage: Stage | None = None
    error: str | None = None
    """The trainer's own words; where it says nothing, what happens, as ``"no error: English | 没有报错：中文"``."""
    source: str = ""
    evidence: Literal["ran", "read", "inferred"] = "ran"
    deliberate: bool = False
    when: dict[str, Any] = {}
