"""Disagreements that stand, and why: a pattern over case ids -> a sentence that goes into the table."""

REASONS: dict[str, str] = {
    "glm-4-turns * glm/tools-absent *": "lint warns only: which records begin with a system message is not in the statistics that know of tools in other records",
    "glm-4-main * config-argument-unknown": "lint warns only: a newer transformers than it knows may have this argument, and the script's requirements name no newest one",
}

_LATER = "the step runs well; what is wrong shows in what the trained model says"
_STANDS = "the trainer renders it as it stands; that the model learns something bad of it is inferred"
_TEMPLATE = "depends on a chat template that comes with the weights, and those are not at hand"
_REMOTE = "the check is in the model's own code, which comes with the weights; its stand-in here says the same"
_SCORE = "a score that misleads is no event in the trainer"

# Outcomes that no case shows, and why: a pattern over their names (proven.py) -> a sentence for the table.
UNPROVEN: dict[str, str] = {
    "hf-trainer token-column-type-wrong:decimals": "told while nobody says how the splits are loaded; every case says it, and per-split cases show the same as :float",
    "hf-trainer token-column-type-wrong:digits": "told while nobody says how the splits are loaded; every case says it, and per-split cases show the same as the rule's own line",
    "* credential-in-text": _LATER,
    "* end-token-untrained*": _LATER,
    "* boxes-off-scale*": _LATER,
    "* labels-not-inputs*": _LATER,
    "* tokens-of-another-model*": _LATER,
    "glm-4v attention-mask-wrong": _LATER,
    "glm-4v position-ids-wrong": _LATER,
    "glm-4v eval-column-missing:images": _REMOTE,
    "glm-4v image-token-pair-broken*": _REMOTE,
    "glm-4v content-null:prompt": _STANDS,
    "* text-blank": _STANDS,
    "trl orphan-tool-result": _STANDS,
    "glm-4 orphan-tool-result": _STANDS,
    "* call-without-tools": _LATER,
    "* call-undeclared": _LATER,
    "* arguments-off-schema": _LATER,
    "* parameters-not-schema": _STANDS,
    "glm-4 tools-beside-system-text*": _STANDS,
    "glm-4 system-misplaced:repeated": _STANDS,
    "glm-4v system-misplaced": _STANDS,
    "chatglm3 system-misplaced": _STANDS,
    "trl system-misplaced*": _TEMPLATE,
    "trl role-unknown:observation (chat_template unknown)": _TEMPLATE,
    "glm-4 think-tags-unbalanced:no-close": _TEMPLATE,
    "glm-4 thought-not-trained*": _TEMPLATE,
    "trl video-not-taken:part": _TEMPLATE,
    "trl modalities-mixed*": "needs several GPUs under DeepSpeed ZeRO-3",
    "* image-missing:start-above": "depends on the folder that training is started in, which lint cannot know",
    "glm-4 nested-keys-differ:system-tools*": "lint cannot tell which records begin with a system message, so it warns; seen in finetune.py on such a record",
    "* split-leakage*": _SCORE,
    "* split-file-reused*": _SCORE,
    "* image-leakage*": _SCORE,
    "* answers-all-alike*": _SCORE,
    "trl answer-not-string": "stops where the record has images; of text alone the GLM-4.5 template writes a number as it stands",
    "trl field-type-wrong": "stops where the record has images; of text alone the GLM-4.5 template writes a number as it stands",
    "trl field-type-wrong:part": "stops where the record has images; of text alone the GLM-4.5 template leaves the part out",
}
