"""What a rule is. Rules look and answer one question; the engine walks, reads and counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, Protocol

from ..finding import Hit
from ..record import Conversation, Dataset, Problem, Record, Split, Tokens
from ..wording import NOTHING, Text

if TYPE_CHECKING:
    from ..stats import SplitStats
    from ..targets import Target

Need = Literal["images", "tools", "thoughts", "marks", "rejected", "length"]
"""What a record may hold beside plain turns: images, tools or calls, thoughts (a tag or a field), marks of a tokenizer, a
rejected answer, more than may fit into a row."""
IMAGES: Final[frozenset[Need]] = frozenset(("images",))
TOOLS: Final[frozenset[Need]] = frozenset(("tools",))
THOUGHTS: Final[frozenset[Need]] = frozenset(("thoughts",))
MARKS: Final[frozenset[Need]] = frozenset(("marks",))
REJECTED: Final[frozenset[Need]] = frozenset(("rejected",))
LENGTH: Final[frozenset[Need]] = frozenset(("length",))


class Images(Protocol):
    """How rules ask about images without doing I/O themselves; the facts are those of sources/images.py."""

    level: str

    def look(self, source: Any, ctx: Context) -> Any:
        """The facts of one image a record names."""


class Counter(Protocol):
    """How rules count tokens of text (sources/tokenizer.py)."""

    @property
    def exact(self) -> bool:
        """True if a tokenizer counts; else a lower bound is given."""

    def __call__(self, text: str) -> int:
        """Tokens of ``text``, or fewer."""


@dataclass(slots=True)
class Context:
    """All a rule may know beside the record: the trainer, the split, the images and the options."""

    target: Target
    split: Split
    dataset: Dataset
    images: Any = None
    versions: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    max_length: int | None = None
    """The most tokens of a row as the user says, whatever the settings."""
    counter: Counter | None = None
    """Counts tokens of text; None where no rule may ask."""
    named: bool = False
    """True if the user named the trainer, so that a config beside the data is for it and for no other."""
    cast: bool | None = False
    """Whether the tokenized rows being read are cast to the types of rows read before them; None where that is not known."""
    memo: tuple[Any, Any] | None = None
    """The last record measured, with its lengths: several rules ask for the same."""

    def limit(self) -> int | None:
        """The most tokens of a training row, or None."""
        return self.target.length.most(self.setting, self.max_length)

    def setting(self, name: str) -> Any:
        """The value of a setting of the target: as named, else the trainer's default."""
        known = self.target.settings.get(name)
        return self.settings.get(name, known.default if known else None)


class Rule:
    """One question about the data, with its messages in two languages and its page beside it.

    ``messages`` and ``helps`` are by case; the case "" stands for all that have none of their own.
    """

    name: ClassVar[str] = ""
    code: ClassVar[str] = ""
    title: ClassVar[Text] = NOTHING
    messages: ClassVar[Mapping[str, Text]] = {}
    helps: ClassVar[Mapping[str, Text]] = {}
    optional: ClassVar[bool] = False
    """True for a rule that runs only if it is named: ``--extend-select SEC``."""
    whole: ClassVar[bool] = False
    """True if the defect is one of the file, wherever in it it was met: all its records share it."""
    waits: ClassVar[bool] = False
    """True if what a record suffers may depend on what its loader makes of the whole file: it is judged once more then."""
    needs_images: ClassVar[bool] = False
    """True if the rule asks ``ctx.images``; left out under ``--images none``."""

    @property
    def family(self) -> str:
        """The letters of the code: FILE, SPLIT, FIELD ..."""
        return self.code.rstrip("0123456789")

    def message(self, case: str) -> Text:
        """The sentence for a case."""
        return self.messages.get(case) or self.messages.get("") or self.title

    def help(self, case: str) -> Text:
        """What to do about a case."""
        return self.helps.get(case) or self.helps.get("") or NOTHING


class OwnRule(Rule):
    """What the engine says of its own work, once rules have spoken or failed to: no trainer's contract knows of it."""


class SourceRule(Rule):
    """A defect that only reading can find: sources name it as a Problem."""

    def case_of(self, problem: Problem, *, rewritten: bool) -> str:
        """The case of a problem; ``rewritten`` says that the loader may write the lines anew before it parses them."""
        return problem.case


class ModelRule(Rule):
    """Owns errors of the Pydantic models: ``owns`` holds their error types."""

    owns: ClassVar[frozenset[str]] = frozenset()


class RecordRule(Rule):
    """Looks at one record of any shape. ``outline`` says that the record's outline alone decides (engine/outline.py).

    Other rules run on records that hold one of ``needs`` and on no others, or on all of them if ``always``.
    """

    outline: ClassVar[bool] = True
    needs: ClassVar[frozenset[Need]] = IMAGES
    always: ClassVar[bool] = False
    """True for a rule that reads every text; such a rule must be ``optional``."""

    def check(self, record: Record, ctx: Context) -> Iterator[Hit]:
        """The defects of ``record``."""
        raise NotImplementedError


class ConversationRule(Rule):
    """Looks at one conversation as the target reads it; ``outline`` and ``needs`` as in RecordRule."""

    outline: ClassVar[bool] = True
    needs: ClassVar[frozenset[Need]] = IMAGES

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """The defects of ``talk``."""
        raise NotImplementedError


class TokensRule(Rule):
    """Looks at one tokenized row."""

    def check(self, row: Tokens, ctx: Context) -> Iterator[Hit]:
        """The defects of ``row``."""
        raise NotImplementedError


class SplitRule(Rule):
    """Looks at the merged statistics of one split."""

    def check(self, stats: SplitStats, ctx: Context) -> Iterator[Hit]:
        """The defects of the split; every hit carries its whole location."""
        raise NotImplementedError


class DatasetRule(Rule):
    """Compares the splits of a dataset, and its config files with them."""

    def check(self, splits: list[SplitStats], ctx: Context) -> Iterator[Hit]:
        """The defects of the dataset; every hit carries its whole location and the split that suffers."""
        raise NotImplementedError


class AccountRule(Rule):
    """Looks at what becomes of the records of one split as a whole, once that of each is known."""

    def check(self, split: Split, records: int, dropped: int) -> Iterator[Hit]:
        """The defects of the split: of its ``records`` so many are ``dropped``."""
        raise NotImplementedError
