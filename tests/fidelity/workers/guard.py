"""glm_schema_lint.guard inside a real Seq2SeqTrainer with a tiny random model; and the story's own script.

Started as `python workers/guard.py`, with GUARD_PATHS naming folders to import from behind its own: this repository and the
packages that glm-lint needs. Prints {"ready": versions}, then answers one JSON line per question; see `ANSWERS`.
"""

import copy
import json
import logging
import os
import pickle
import random
import runpy
import sys
import tempfile
import warnings

OUT, sys.stdout = sys.stdout, sys.stderr
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [p for p in sys.path if os.path.abspath(p or ".") != HERE] + os.environ["GUARD_PATHS"].split(os.pathsep)
os.environ["HF_HUB_OFFLINE"] = "1"

import accelerate
import datasets
import torch
import transformers
from tokenizers import Tokenizer, models
from torch.utils.data import DataLoader, IterableDataset
from transformers import (
    DataCollatorForLanguageModeling,
    DataCollatorForSeq2Seq,
    DataCollatorWithPadding,
    GenerationConfig,
    GlmConfig,
    GlmForCausalLM,
    PreTrainedTokenizerFast,
    Seq2SeqTrainer,
    Seq2SeqTrainingArguments,
    TrainerCallback,
)

from glm_schema_lint.guard import (
    PreflightCallback,
    PreflightError,
    PreflightWarning,
    SafePredictionMixin,
    aliased,
    preflight,
)

datasets.disable_progress_bars()
torch.set_num_threads(1)
torch.manual_seed(0)
SIZE, PAD, END = 32, 0, 1
MODEL = GlmForCausalLM(GlmConfig(
    vocab_size=SIZE, hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=1, num_key_value_heads=1, head_dim=8,
    pad_token_id=PAD, eos_token_id=END, attn_implementation="eager", max_position_embeddings=64,
))  # fmt: skip
WORDS = PreTrainedTokenizerFast(
    tokenizer_object=Tokenizer(models.WordLevel({"<pad>": PAD}, unk_token="<pad>")), pad_token="<pad>", padding_side="left",
    model_input_names=["input_ids", "attention_mask"],
)  # fmt: skip
TRAIN = [{"input_ids": [5, 6, 7], "attention_mask": [1, 1, 1], "labels": [-100, 6, 7]}] * 4
EVAL = [
    {"input_ids": [5, 6, 7], "attention_mask": [1] * 3, "labels": [-100, 6, 7], "output_ids": [9, 10]},
    {
        "input_ids": [5, 6, 7, 8, 9],
        "attention_mask": [1] * 5,
        "labels": [-100, -100, 7, 8, 9],
        "output_ids": [11, 12, 13],
    },
]


class Pads(DataCollatorForSeq2Seq):
    def __call__(self, features, return_tensors=None):
        if "output_ids" in features[0]:
            width = max(len(row["output_ids"]) for row in features)
            features = [
                {**row, "output_ids": [*row["output_ids"], *[PAD] * (width - len(row["output_ids"]))]}
                for row in features
            ]
        return super().__call__(features, return_tensors)


class Breaks(Pads):
    def __call__(self, features, return_tensors=None):
        raise ValueError("this collator gives up")


class Deletes(Seq2SeqTrainer):
    """Sure of both fields, as the scripts are."""

    def prediction_step(self, model, inputs, prediction_loss_only, ignore_keys=None, **more):
        wanted = None
        if self.args.predict_with_generate:
            wanted = inputs.pop("output_ids")
            del inputs["labels"]
        width = inputs["input_ids"].shape[1]
        loss, made, labels = super().prediction_step(model, inputs, prediction_loss_only, ignore_keys, **more)
        if self.args.predict_with_generate:
            return loss, made[:, width:], wanted
        return loss, made, labels


class BaseSafely(SafePredictionMixin, Seq2SeqTrainer):
    """The same step in a class that has the mixin as its base."""

    def prediction_step(self, model, inputs, prediction_loss_only, ignore_keys=None, **more):
        wanted = None
        if self.args.predict_with_generate:
            wanted = inputs.pop("output_ids")
            del inputs["labels"]
        width = inputs["input_ids"].shape[1]
        loss, made, labels = super().prediction_step(model, inputs, prediction_loss_only, ignore_keys, **more)
        if self.args.predict_with_generate:
            return loss, made[:, width:], wanted
        return loss, made, labels


class Leaves(Seq2SeqTrainer):
    """Takes the reference out and forgets the labels, as finetune_hf.py of ChatGLM3 does."""

    def prediction_step(self, model, inputs, prediction_loss_only, ignore_keys=None, **more):
        wanted = inputs.pop("output_ids", None)
        loss, made, labels = super().prediction_step(model, inputs, prediction_loss_only, ignore_keys, **more)
        return loss, made, labels if wanted is None else wanted


class Asks(Seq2SeqTrainer):
    """Tolerates the absence of both."""

    def prediction_step(self, model, inputs, prediction_loss_only, ignore_keys=None, **more):
        wanted = inputs.pop("output_ids", None)
        if inputs.get("labels") is None:
            inputs.pop("labels", None)
        loss, made, labels = super().prediction_step(model, inputs, prediction_loss_only, ignore_keys, **more)
        return loss, made, labels if wanted is None else wanted


class Compares(Seq2SeqTrainer):
    """Reads what may not be there, and takes a None out."""

    def prediction_step(self, model, inputs, prediction_loss_only, ignore_keys=None, **more):
        wanted = inputs.pop("output_ids")
        if inputs["labels"] is None:
            del inputs["labels"]
        loss, made, labels = super().prediction_step(model, inputs, prediction_loss_only, ignore_keys, **more)
        return loss, made, labels if wanted is None else wanted


class MixedOverLeaves(SafePredictionMixin, Leaves):
    pass


class MixedOverCompares(SafePredictionMixin, Compares):
    pass


class MixedOver(SafePredictionMixin, Deletes):
    pass


class Mixed(SafePredictionMixin, Seq2SeqTrainer):
    pass


KINDS = {
    "plain": Seq2SeqTrainer, "mixin": Mixed, "deletes": Deletes, "mixin over deletes": MixedOver, "mixin below deletes": BaseSafely,
    "leaves": Leaves, "asks": Asks, "compares": Compares, "mixin over leaves": MixedOverLeaves, "mixin over compares": MixedOverCompares,
}  # fmt: skip


def rows(fields):
    return [{k: v for k, v in row.items() if k in ("input_ids", "attention_mask", *fields)} for row in EVAL]


def trainer_of(case, folder, **more):
    generation = GenerationConfig(max_new_tokens=2, pad_token_id=PAD, eos_token_id=END)
    arguments = Seq2SeqTrainingArguments(
        output_dir=folder, max_steps=1, learning_rate=0.0, per_device_train_batch_size=2, per_device_eval_batch_size=2, use_cpu=True, report_to=[],
        disable_tqdm=True, save_strategy="no", logging_strategy="no", predict_with_generate=case["generate"],
        generation_config=generation if case["generate"] else None, remove_unused_columns=case.get("remove", False),
        prediction_loss_only=case.get("loss_only", False),
    )  # fmt: skip
    collator = (Breaks if case.get("collator") == "breaks" else Pads)(WORDS, padding="longest", return_tensors="pt")
    given = {
        "train_dataset": datasets.Dataset.from_list(copy.deepcopy(case.get("train", TRAIN)))
        if case.get("train") != []
        else None,
        "eval_dataset": datasets.Dataset.from_list(rows(case["fields"])),
        "compute_metrics": lambda said: {"rows": len(said.label_ids)},
    }
    return KINDS[case["trainer"]](**{"model": MODEL, "args": arguments, "data_collator": collator, **given, **more})


def tell(error):
    return f"{type(error).__name__}: {error}"


def listed(value):
    if isinstance(value, tuple):
        value = value[0]
    return (
        None
        if value is None
        else {
            "shape": list(value.shape),
            "kind": value.dtype.kind,
            "values": value.tolist() if value.size < 50 else None,
        }
    )


def evaluate(case):
    """One train step and one eval step: what evaluation gives, or the error it dies of."""
    with tempfile.TemporaryDirectory() as folder:
        trainer = trainer_of(case, folder)
        if case["do"] == "evaluate":
            trainer.train()
        try:
            said = trainer.predict(trainer.eval_dataset)
        except Exception as error:
            return {"error": tell(error), "steps": trainer.state.global_step}
    return {
        "error": None, "steps": trainer.state.global_step, "predictions": listed(said.predictions), "label_ids": listed(said.label_ids),
        "metrics": {k: v for k, v in said.metrics.items() if k in ("test_loss", "test_rows")},
    }  # fmt: skip


def look(case):
    """A preflight, then the run itself: does what it said come true?"""
    with tempfile.TemporaryDirectory() as folder:
        trainer = trainer_of(case, folder)
        chance = random.getstate(), torch.get_rng_state().tolist()
        made = preflight(trainer, action="log")
        same = chance == (random.getstate(), torch.get_rng_state().tolist())
    real = evaluate(case) if case.get("train") != [] else {"error": None}
    return {
        "failures": [text.en for text in made.failures], "zh": [text.zh for text in made.failures], "batches": made.batches,
        "rules": sorted({g.key.rule for g in made.report.result.groups}) if made.report else None, "ok": made.ok, "same_chance": same,
        "not_checked": [text.en for text in made.not_checked], "really": real["error"],
    }  # fmt: skip


def callback(case):
    """A callback that runs preflight when training begins."""

    class Counts(TrainerCallback):
        steps = 0

        def on_step_begin(self, *args, **more):
            Counts.steps += 1

    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        trainer = trainer_of(case, folder)
        watch = PreflightCallback(trainer, action=case["action"])
        trainer.add_callback(watch)
        trainer.add_callback(Counts())
        error = None
        try:
            trainer.train()
        except PreflightError as raised:
            error = {"text": str(raised), "failures": len(raised.result.failures)}
    return {
        "error": error, "steps": Counts.steps, "is_callback": isinstance(watch, TrainerCallback), "last": watch.last is not None,
        "warned": [str(w.message) for w in heard if issubclass(w.category, PreflightWarning)],
    }  # fmt: skip


class Stream(IterableDataset):
    """Rows of its own worker only, as a stream has to."""

    def __iter__(self):
        about = torch.utils.data.get_worker_info()
        step, first = (about.num_workers, about.id) if about else (1, 0)
        yield from rows(["output_ids"])[first::step]


class Slow(torch.utils.data.Dataset):
    """A dataset with code of its own."""

    def __len__(self):
        return 3000

    def __getitem__(self, index):
        if index == 2500:
            raise ValueError("never reached by a sample")
        return copy.deepcopy(rows(["output_ids"])[index % 2])


def alias(case):
    """One kind of dataset, aliased and of dataset, read by a DataLoader with workers that are spawned."""
    kind = case["kind"]
    table = datasets.Dataset.from_list(rows(["output_ids"]))
    source = {"table": table, "torch": table.with_format("torch"), "numpy": table.with_format("numpy"), "stream": Stream(),
              "datasets stream": table.to_iterable_dataset(num_shards=2), "list": rows(["output_ids"])}[kind]  # fmt: skip
    wrapped = aliased(source)
    again = pickle.loads(pickle.dumps(wrapped))
    loader = DataLoader(wrapped, batch_size=1, num_workers=2, collate_fn=lambda_free, multiprocessing_context="spawn")
    loaded = [row for batch in loader for row in batch]
    return {
        "iterable": isinstance(wrapped, IterableDataset), "type": type(next(iter(wrapped))["labels"]).__name__,
        "rows": sorted(([plain(r["labels"]), plain(r["output_ids"])] for r in loaded), key=str),
        "again": [plain(r["labels"]) for r in again], "source": [sorted(r) for r in source],
    }  # fmt: skip


def lambda_free(batch):
    return batch


def plain(value):
    return value.tolist() if hasattr(value, "tolist") else list(value)


def train_on(case):
    """A Trainer that trains and evaluates on aliased rows of every style."""
    said = {}
    for name, source in (
        ("table", datasets.Dataset.from_list(rows(["output_ids"]))),
        ("stream", Stream()),
        ("slow", Slow()),
    ):
        with tempfile.TemporaryDirectory() as folder:
            small = source if name != "slow" else torch.utils.data.Subset(source, range(4))
            trainer = trainer_of(
                {"trainer": "deletes", "generate": True, "fields": ["output_ids"]}, folder, eval_dataset=aliased(small)
            )
            trainer.train()
            said[name] = trainer.evaluate()["eval_rows"]
    return said


def bounds(case):
    """What preflight reads of datasets whose rows cost something."""
    with tempfile.TemporaryDirectory() as folder:
        trainer = trainer_of(
            {"trainer": "mixin", "generate": True, "fields": []},
            folder,
            eval_dataset={"slow": Slow(), "stream": Stream()},
        )
        made = preflight(trainer, action="log", rows=case.get("rows"))
    return {
        "records": {s.name: s.records for s in made.report.result.splits}, "not_checked": [t.en for t in made.not_checked],
        "batches": sorted(made.batches), "failures": [t.en for t in made.failures], "text": made.text("zh"),
    }  # fmt: skip


class Narrow(GlmForCausalLM):
    """Its forward takes what it names and nothing else."""

    def forward(self, input_ids=None, attention_mask=None, labels=None):
        return super().forward(input_ids=input_ids, attention_mask=attention_mask, labels=labels)


def stepped(case, **more):
    """What preflight says of a Trainer, and what its first train step really does."""
    with tempfile.TemporaryDirectory() as folder:
        trainer = trainer_of(
            {"trainer": "mixin", "generate": False, "fields": ["labels"], "train": case["train"]}, folder, **more
        )
        made = preflight(trainer, action="log")
        try:
            trainer.train()
            error = None
        except Exception as raised:
            error = tell(raised)
    return {"failures": [text.en for text in made.failures], "really": error}


def bounds_of_ids(case):
    return stepped(case)


def refuses(case):
    return stepped(case, model=Narrow(MODEL.config))


def ordinary(case):
    """Trainers that train well, none of them on rows as the scripts of the GLM-4 repository make them."""
    from transformers import BertConfig, BertForSequenceClassification, T5Config, T5ForConditionalGeneration

    plain_rows = [{k: v for k, v in row.items() if k in ("input_ids", "attention_mask")} for row in EVAL]
    table = datasets.Dataset.from_list
    texts = [{"text": "a b"}, {"text": "c"}]
    sizes = {
        "vocab_size": SIZE,
        "num_layers": 1,
        "num_heads": 1,
        "d_model": 8,
        "d_kv": 4,
        "d_ff": 8,
        "decoder_start_token_id": PAD,
    }
    bert = {
        "vocab_size": SIZE,
        "hidden_size": 8,
        "num_hidden_layers": 1,
        "num_attention_heads": 1,
        "intermediate_size": 8,
    }
    pads = DataCollatorForSeq2Seq(WORDS)

    def tokenizes(rows):
        return {name: torch.ones(len(rows), 3, dtype=torch.long) for name in ("input_ids", "labels")}

    def transform(batch):
        return {name: [[5, 6]] * len(batch["text"]) for name in ("input_ids", "labels")}

    given = {
        "collator makes labels": (MODEL, table(plain_rows), DataCollatorForLanguageModeling(WORDS, mlm=False), True),
        "classes": (BertForSequenceClassification(BertConfig(**bert)), table([{**r, "labels": 1} for r in plain_rows]), DataCollatorWithPadding(WORDS), True),
        "label": (BertForSequenceClassification(BertConfig(**bert)), table([{**r, "label": 1} for r in plain_rows]), DataCollatorWithPadding(WORDS), True),
        "encoder and decoder": (T5ForConditionalGeneration(T5Config(**sizes)), table([{**r, "labels": [4]} for r in plain_rows]), pads, True),
        "text beside": (MODEL, table([{**r, "labels": r["input_ids"], "text": "a"} for r in plain_rows]), pads, True),
        "collator tokenizes": (MODEL, texts, tokenizes, False),
        "transform": (MODEL, table(texts).with_transform(transform), pads, False),
        "stream": (MODEL, table([{**r, "labels": r["input_ids"]} for r in plain_rows]).to_iterable_dataset(), pads, True),
    }  # fmt: skip
    said = {}
    for name, (model, data, collator, remove) in given.items():
        case = {"trainer": "plain", "generate": name == "encoder and decoder", "fields": [], "remove": remove}
        with tempfile.TemporaryDirectory() as folder:
            trainer = trainer_of(
                case,
                folder,
                model=model,
                train_dataset=data,
                eval_dataset=data,
                data_collator=collator,
                compute_metrics=None,
            )
            made = preflight(trainer, action="log")
            trainer.train()
            trainer.evaluate()
        groups = made.report.result.groups if made.report else []
        said[name] = {
            "ok": made.ok,
            "rules": sorted({g.key.rule for g in groups if g.code[:3] not in ("DUP", "SPL") or g.code == "SPLIT002"}),
        }
    return said


def story(case):
    """examples/keyerror-labels/train.py as a person runs it."""
    sys.argv = ["train.py", *case["args"]]
    lines = []
    seen, sys.stdout = sys.stdout, Lines(lines)
    try:
        runpy.run_path(case["script"], run_name="__main__")
        error = None
    except Exception as raised:
        error = tell(raised)
    finally:
        sys.stdout = seen
    return {"error": error, "printed": "".join(lines)}


class Lines:
    def __init__(self, into):
        self.write, self.flush = into.append, lambda: None


ANSWERS = {
    f.__name__: f for f in (evaluate, look, callback, alias, train_on, bounds, bounds_of_ids, refuses, ordinary, story)
}


def main():
    logging.getLogger("glm_schema_lint").addHandler(logging.NullHandler())
    versions = {m.__name__: m.__version__ for m in (accelerate, datasets, torch, transformers)}
    print(json.dumps({"ready": versions}), file=OUT, flush=True)
    for line in sys.stdin:
        case = json.loads(line)
        try:
            answer = ANSWERS[case["do"]](case)
        except Exception as error:
            import traceback

            traceback.print_exc()
            answer = {"broken": tell(error)}
        print(json.dumps(answer), file=OUT, flush=True)


if __name__ == "__main__":
    main()
