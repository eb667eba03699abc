"""Disagreements that stand, and why: a pattern over case ids -> a sentence that goes into the table."""

_SURROGATE = "datasets>=4.7 re-encodes messages whose keys differ and drops half of the surrogate pair on the way; lint quotes the crash of messages whose keys are alike"
_LOOSE = "the first split is kept as Json, and a value of another type in a later one is cut to pieces in place of a crash; lint says crash at load"

REASONS: dict[str, str] = {
    "chatglm3 chatglm3 tokenized/labels-float train": "labels as decimals stop transformers before 4.41 at the loss; the script makes whole numbers, and later collators make them so",
    "glm-4-main * config-argument-unknown": "lint warns only: a newer transformers than it knows may have this argument, and the script's requirements name no newest one",
    "datasets-5.* glm-4v glm-4v/text-lone-surrogate *": _SURROGATE,
    "datasets-5.* glm-4v glm-4v/messages-as-string eval": _LOOSE,
    "datasets-5.* glm-4v glm-4v/messages-as-object eval": _LOOSE,
}

# Outcomes that no case shows, and why: a pattern over their names (proven.py) -> a sentence for the table.
UNPROVEN: dict[str, str] = {}
