"""transformers' Trainer on tokenized rows: DataCollatorForSeq2Seq, BatchEncoding.to as accelerate calls it, a train and an eval step.

Rows come from `datasets`. Every record is collated and stepped with a clean neighbour, so that what fails is located; then the
Trainer itself trains for a few steps and evaluates, so that what fails only there is seen too. For the targets glm-4 and
glm-4v the trainer does in evaluation what finetune.py and finetune_vision.py do: take output_ids out of the batch, delete labels, generate.
"""

import importlib.util
import json
import math
import os
import sys
import tempfile
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import serve  # noqa: E402

OUT = sys.stdout
sys.stdout = sys.stderr
os.environ["HF_HUB_OFFLINE"] = "1"

# An environment shared with the image processors holds torchvision, which transformers then imports.
LIBRARY = serve.without_operators() if importlib.util.find_spec("torchvision") else None

import accelerate  # noqa: E402
import datasets  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402
from accelerate.utils import send_to_device  # noqa: E402
from tokenizers import Tokenizer, models  # noqa: E402
from transformers import (  # noqa: E402
    DataCollatorForSeq2Seq,
    GenerationConfig,
    GlmConfig,
    GlmForCausalLM,
    PreTrainedTokenizerFast,
    Seq2SeqTrainer,
    Seq2SeqTrainingArguments,
)

datasets.disable_progress_bars()
torch.set_num_threads(1)
PAD = 151329
torch.manual_seed(0)
CONFIG = GlmConfig(
    vocab_size=151552, hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=1, num_key_value_heads=1,
    head_dim=8, pad_token_id=PAD, eos_token_id=[PAD, 151336, 151338], attn_implementation="eager", max_position_embeddings=256,
)  # fmt: skip


class Seeing(GlmForCausalLM):
    """Takes a batch with images and does not look at them; generates with position_ids in the batch, as GLM-4V-9B's own code does."""

    def forward(self, images=None, **inputs):
        return super().forward(**inputs)

    def _validate_model_kwargs(self, model_kwargs):
        super()._validate_model_kwargs(
            {key: value for key, value in model_kwargs.items() if key not in ("images", "position_ids")}
        )


class PadsPositions(PreTrainedTokenizerFast):
    """Pads position_ids with zeros as the tokenizer file of GLM-4V-9B does; all else is transformers' own pad."""

    def _pad(self, encoded, max_length=None, *args, **more):
        had = len(encoded["input_ids"])
        encoded = super()._pad(encoded, max_length, *args, **more)
        missing = len(encoded["input_ids"]) - had
        if "position_ids" in encoded and missing:
            encoded["position_ids"] = [0] * missing + encoded["position_ids"]
        return encoded


def tokenizer_of(kind=PreTrainedTokenizerFast):
    words = Tokenizer(models.WordLevel({"<pad>": 0}, unk_token="<pad>"))
    made = kind(
        tokenizer_object=words,
        pad_token="<pad>",
        padding_side="left",
        model_input_names=["input_ids", "attention_mask"],
    )
    type(made).pad_token_id = property(lambda self: PAD)
    return made


MODEL = GlmForCausalLM(CONFIG)
SIGHT = Seeing(CONFIG)


class PadsAnswers(DataCollatorForSeq2Seq):
    """output_ids made equally long before transformers' own collator sees the batch."""

    def __call__(self, features, return_tensors=None):
        if "output_ids" in features[0]:
            width = max(len(feature["output_ids"]) for feature in features)
            features = [
                {**f, "output_ids": [*f["output_ids"], *[PAD] * (width - len(f["output_ids"]))]} for f in features
            ]
        return super().__call__(features, return_tensors)


class DeletesLabels(Seq2SeqTrainer):
    """The evaluation step of the two scripts, told in other words."""

    def prediction_step(self, model, inputs, prediction_loss_only, ignore_keys=None, **more):
        wanted = inputs.pop("output_ids")
        length = inputs["input_ids"].shape[1]
        del inputs["labels"]
        loss, made, _ = super().prediction_step(model, inputs, prediction_loss_only, ignore_keys, **more)
        return loss, made[:, length:], wanted


def chain(error):
    texts = []
    while error is not None:
        text = f"{type(error).__name__}: {error}"
        if text not in texts:
            texts.append(text)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return " <- ".join(texts)


def stage_of(error, default):
    names = {frame.name for frame in traceback.extract_tb(error.__traceback__)}
    files = " ".join(frame.filename for frame in traceback.extract_tb(error.__traceback__))
    if "data_collator.py" in files or "_remove_columns" in names:
        return "collate"
    if "prediction_step" in names or "evaluation_loop" in names:
        return "eval"
    if "training_step" in names or "compute_loss" in names:
        return "step"
    return default


class Bench:
    """One case: its rows, its trainer."""

    def __init__(self, case, folder):
        self.case, self.script = case, case["target"] in ("glm-4", "glm-4v")
        self.generate = bool(case["settings"].get("predict_with_generate"))
        files = {split: os.path.join(case["folder"], name) for split, name in case["splits"].items()}
        kind = "parquet" if files["train"].endswith(".parquet") else "json"
        if self.script or case["settings"].get("loading") == "per-split":  # the script's columns differ by design
            self.rows = {
                split: datasets.load_dataset(kind, data_files=path, cache_dir=folder)["train"]
                for split, path in files.items()
            }
        else:
            self.rows = dict(datasets.load_dataset(kind, data_files=files, cache_dir=folder))
        vision = case["target"] == "glm-4v"
        self.model = SIGHT if vision else MODEL
        self.tokenizer = tokenizer_of(PadsPositions if vision else PreTrainedTokenizerFast)
        arguments = Seq2SeqTrainingArguments(
            output_dir=folder, per_device_train_batch_size=2, per_device_eval_batch_size=2, max_steps=4, learning_rate=0.0, use_cpu=True,
            report_to=[], disable_tqdm=True, save_strategy="no", logging_strategy="no", predict_with_generate=self.generate, seed=1,
            remove_unused_columns=not self.script, generation_max_length=None,
            generation_config=GenerationConfig(max_new_tokens=2, pad_token_id=PAD, eos_token_id=[PAD, 151336]) if self.generate else None,
        )  # fmt: skip
        collator = (PadsAnswers if self.script else DataCollatorForSeq2Seq)(
            self.tokenizer, padding="longest", return_tensors="pt"
        )
        self.trainer = (DeletesLabels if self.script else Seq2SeqTrainer)(
            model=self.model, args=arguments, data_collator=collator, train_dataset=self.rows["train"], eval_dataset=self.rows["validation"],
            processing_class=self.tokenizer, compute_metrics=(lambda prediction: {"rows": float(len(prediction.label_ids))}) if self.script else None,
        )  # fmt: skip

    def step(self, features, split):
        """Collate, move, and one step; what goes wrong as (stage, error), or the loss."""
        trainer = self.trainer
        try:
            batch = trainer.data_collator([dict(feature) for feature in features])
        except Exception as error:
            return "collate", chain(error), None
        stage = "step" if split == "train" else "eval"
        try:
            batch = send_to_device(batch, torch.device("cpu"))
            if split == "train":
                trainer.model.train()
                inputs = trainer._prepare_inputs(batch)
                loss = trainer.compute_loss(trainer.model, inputs)
                trainer.accelerator.backward(loss)
                trainer.model.zero_grad()
            else:
                loss, _, _ = trainer.prediction_step(trainer.model, batch, prediction_loss_only=False)
        except Exception as error:
            return stage, chain(error), None
        return stage, "", None if loss is None else float(loss)

    def cut(self, row):
        """Whether the labels of a row are others in its batch."""
        if not row.get("labels"):
            return False
        return self.trainer.data_collator([dict(row)])["labels"][0].tolist() != row["labels"]

    def records(self):
        """Every record beside a clean one (the first of its split, or the last where it is the first's turn), then beside itself."""
        events = []
        for split, rows in self.rows.items():
            try:  # as the Trainer does before it makes its loader
                every = list(self.trainer._remove_unused_columns(rows))
            except Exception as error:
                stage = "step" if split == "train" else "eval"
                events.append({"effect": "crash", "stage": stage, "error": chain(error), "split": split})
                continue
            failed = []
            for i, row in enumerate(every):
                mate = every[0] if i else every[-1]
                stage, error, _ = self.step([row, mate], split)
                if not error:
                    stage, error, loss = self.step([row, row], split)
                    if not error and split == "train" and loss is not None and math.isnan(loss):
                        events.append(
                            {"effect": "starve", "stage": "step", "split": split, "record": i, "detail": "loss is nan"}
                        )
                if not error and split == "train" and self.cut(row):
                    events.append(
                        {"effect": "corrupt", "stage": "collate", "split": split, "record": i, "detail": "labels"}
                    )
                if error:
                    failed.append({"effect": "crash", "stage": stage, "error": error, "split": split, "record": i})
            # a broken first row spoils its neighbours: what all share is told once, for the split
            if len(failed) == len(every) and len({event["error"].split(":")[0] for event in failed}) == 1:
                failed = [{**failed[0], "record": None}]
            events += failed
        return events

    def whole(self):
        """Trainer.train, then Trainer.evaluate."""
        events = []
        for stage, call in (("step", self.trainer.train), ("eval", self.trainer.evaluate)):
            try:
                call()
            except Exception as error:
                events.append(
                    {
                        "effect": "crash",
                        "stage": stage_of(error, stage),
                        "error": chain(error),
                        "split": "train" if stage == "step" else "validation",
                    }
                )
        return events


def run(case):
    with tempfile.TemporaryDirectory() as folder:
        try:
            bench = Bench(case, folder)
        except Exception as error:
            stage = (
                "load"
                if any("datasets" in frame.filename for frame in traceback.extract_tb(error.__traceback__))
                else "step"
            )
            return {"id": case["id"], "events": [{"effect": "crash", "stage": stage, "error": chain(error)}]}
        located, whole = bench.records(), bench.whole()
        seen = {(event["stage"], event["split"]) for event in located}
        return {
            "id": case["id"],
            "events": located + [event for event in whole if (event["stage"], event["split"]) not in seen],
        }


def main():
    versions = {m.__name__: m.__version__ for m in (accelerate, datasets, torch, transformers)}
    print(json.dumps({"ready": {"packages": versions, "stubs": []}}), file=OUT, flush=True)
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line)), default=str), file=OUT, flush=True)


if __name__ == "__main__":
    main()
