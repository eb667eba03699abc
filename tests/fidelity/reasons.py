"""Disagreements that stand, and why: a pattern over case ids -> a sentence that goes into the table."""

_ALIKE = "images of which every one is a number or a list make a column of one type, and each record is swapped for another when it is read; rules see one record at a time, as beside good ones, where mapping stops"

REASONS: dict[str, str] = {
    "glm-4-turns * glm/tools-absent *": "lint warns only: which records begin with a system message is not in the statistics that know of tools in other records",
    "glm-4-main * config-argument-unknown": "lint warns only: a newer transformers than it knows may have this argument, and the script's requirements name no newest one",
    "ms-swift* ms-swift */every-image*-number *": _ALIKE,
    "ms-swift* ms-swift */every-image-in-lists *": _ALIKE,
}

_LATER = "the step runs well; what is wrong shows in what the trained model says"
_STANDS = "the trainer renders it as it stands; that the model learns something bad of it is inferred"
_TEMPLATE = "depends on a chat template that comes with the weights, and those are not at hand"
_REMOTE = "the check is in the model's own code, which comes with the weights; its stand-in here says the same"
_SCORE = "a score that misleads is no event in the trainer"

# Outcomes that no case shows, and why: a pattern over their names (proven.py) -> a sentence for the table.
_SENSE = "what is trained is what the record says: that it does harm is a judgement, told as a warning"
_MODEL = "needs a model: its forward pass counts image tokens; run by hand where known as ran"
_UNKNOWN = "the template is not named: the same line is shown with the template that has it"
_NEWER = "run: it stops with these words; told as a warning, because a newer release may know the name"
_ROOT = "the run is the superuser's, whom no permission stops"
_OTHER = "outside the datasets versions the target takes"
_LENGTH = "cases have no length limit, as lint counts tokens only with a tokenizer; run by hand"

_TEMPLATES = "no stack runs the templates glm4_5 and glm4_5v of ms-swift"
_OTHER_RUN = "no stack runs ms-swift with datasets before 4.7"

UNPROVEN: dict[str, str] = {
    "hf-trainer token-column-type-wrong:decimals": "told while nobody says how the splits are loaded; every case says it, and per-split cases show the same as :float",
    "hf-trainer token-column-type-wrong:digits": "told while nobody says how the splits are loaded; every case says it, and per-split cases show the same as the rule's own line",
    "* credential-in-text*": _LATER,
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
    "* answer-wrapper-wrong*": _SENSE,
    "* content-null:task*": _SENSE,
    "* orphan-tool-result:*": _SENSE,
    "llama-factory think-tags-unbalanced:*": _SENSE,
    "ms-swift think-tags-unbalanced:n*-close": _SENSE,
    "ms-swift think-tags-unbalanced:nested": _SENSE,
    "* image-token-in-text:*": _MODEL,
    "* image-tokens-cut*": _MODEL,
    "* (template unknown*": _UNKNOWN,
    "* image-unreadable:no-permission*": _ROOT,
    "* record-over-limit*": _LENGTH,
    "* answer-beyond-limit*": _LENGTH,
    "llama-factory config-key-unknown": _NEWER,
    "llama-factory template-unfit": _NEWER,
    "llama-factory * (datasets >=5)": _OTHER,
    "llama-factory settings-refused:predict-zero3": "needs the package deepspeed, without which its config is not read",
    "llama-factory tokenized-path-reused:stale": "whether a cache is older than the data is told by their dates alone",
    "llama-factory placeholder-count-mismatch:text-only (template glm4*": _SENSE,
    "llama-factory stanza-key-unknown": "the key is passed over; what follows from that has its own outcome, as in the case stanza-key-misspelt",
    "llama-factory dataset-off-stage:kto": "run: every row is dropped, which stops the run; the case kto-in-sft shows that",
    "llama-factory required-key-missing:*": "told where no dataset_info.json is; with one, columns-mismatch or record-not-object speaks: cases records-*",
    "llama-factory record-not-object:wrapper": "the case records-wrapped shows the crash; lint tells it of the stanza too",
    "llama-factory datasets-not-concatenable:mixed": "the case datasets-of-other-types shows the crash, and lint names tools-unreadable beside it",
    "llama-factory video-unreadable*": "the environment has no PyAV; run by hand in one that has",
    "ms-swift think-tags-unbalanced:no-open (template glm4_5*": _TEMPLATES,
    "ms-swift thoughts-mixed (template glm4_5*": _TEMPLATES,
    "ms-swift nested-keys-differ*": _OTHER_RUN,
    "llama-factory nested-keys-differ*": "the prompt of its tools is held against the record, and no case has tools as lists whose keys differ without another fault",
    "ms-swift datasets-not-concatenable*": "each case has one train file, and these are found between two",
    "ms-swift all-records-dropped": "needs the Trainer, which the worker does not start",
    "ms-swift video-*": "the environment has no decoder of videos",
    "llama-factory records-too-few:*": "cases hold enough records; run by hand",
    "ms-swift records-too-few:*": "cases hold enough records",
}
