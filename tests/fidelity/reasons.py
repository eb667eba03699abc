"""Disagreements that stand, and why: a pattern over case ids -> a sentence that goes into the table."""

_OWN = "tokenized splits are judged as read one by one, as their columns differ by design; lint says in its help that one load_dataset call over both fails"
_WHOLE = "the file holds whole numbers as decimals (1.0) or as strings, which a later cast restores; lint knows the JSON type of a token list, not that every value is whole"
_SURROGATE = "datasets>=4.7 re-encodes messages whose keys differ and drops half of the surrogate pair on the way; lint quotes the crash of messages whose keys are alike"
_LOOSE = "the first split is kept as Json, and a value of another type in a later one is cut to pieces in place of a crash; lint says crash at load"
_BIG = "Arrow reads a column with an id of 2**63 as decimals; lint reports the id itself, one step later"
_COLLATOR = (
    "with a collator for language modelling, which makes labels itself, such rows train: hence a warning, not an error"
)

REASONS: dict[str, str] = {
    "glm-4* glm*/every-content-number eval": "numbers in an evaluation file are written out as text, because the train file made the column text: rules see one record at a time",
    "llamafactory* */think-unclosed *": "half a thought is trained as it stands: the defect is the record's own, the trainer changes nothing",
    "llamafactory* alpaca/every-output-* *": "all records are dropped, and then loader.py:271 stops the run; lint says what becomes of each record, and counts them",
    "llamafactory-text llama-factory openai/role-* *": "the stanza's tags name no function_tag, so a role of null is taken for it and the text read as a call; lint says the record is dropped, as it is with that tag",
    "llamafactory-text llama-factory openai/tools-null *": "the clean form of these records fails already; the fault adds nothing to it",
    "trl trl openai/arguments-object *": "the clean form of these records fails already, and lint says so of every other record",
    "trl trl openai/result-without-call *": "the clean form of these records fails already, and lint says so of every other record",
    "trl trl openai/messages-as-string train": "datasets>=4.7 keeps the mixed column as Json and reads the text, which is JSON, back into a list",
    "ms-swift* */placeholder-one-too-many *": "on purpose and logged: the surplus placeholder stays text; hence a warning",
    "ms-swift* */observation-between *": "a gap of lint: a result behind an answer that calls nothing is written without <|observation|>",
    "ms-swift* */ends-with-observation *": "a gap of lint: a result behind an answer that calls nothing is written without <|observation|>",
    "ms-swift* alpaca/columns-renamed *": "one of the renamed keys, 'question', is an alias that is read, so the record is kept without an answer; lint judges records none of whose keys is known",
    "trl trl openai/image-tiny *": "the slow image processor, used here for want of torchvision, takes a 1 x 3 image for one channel; the fast one, which AutoProcessor takes, does not",
    "trl trl openai/observation-of-another-dialect *": "GLM-4.5's template leaves it out, those of GLM-4-0414 and GLM-Z1 render it: a warning, as the template is not known",
    "* hf-trainer tokenized/every-labels-absent *": _OWN,
    "transformers-* hf-trainer tokenized/labels-nowhere *": _COLLATOR,
    "* hf-trainer tokenized/every-labels-named-output-ids *": _OWN,
    "* hf-trainer tokenized/every-ids-float eval*": _WHOLE,
    "* hf-trainer tokenized/every-ids-of-text eval*": _WHOLE,
    "* hf-trainer tokenized/labels-float eval*": _WHOLE,
    "* hf-trainer tokenized/id-of-64-bits *": _BIG,
    "datasets-5.* glm-4v glm-4v/text-lone-surrogate *": _SURROGATE,
    "datasets-5.* glm-4v glm-4v/messages-as-string eval": _LOOSE,
    "datasets-5.* glm-4v glm-4v/messages-as-object eval": _LOOSE,
}
