"""The story, run: a real Seq2SeqTrainer with a tiny random model on the CPU, over the rows beside this file.

    python examples/keyerror-labels/train.py                    dies at the first evaluation (transformers before 4.47)
    python examples/keyerror-labels/train.py --remedy unify     rows get the missing key through Dataset.map
    python examples/keyerror-labels/train.py --remedy mixin     the trainer does not mind the missing key
    python examples/keyerror-labels/train.py --remedy aliased   rows get the key as they are read

Needs torch, transformers, accelerate, datasets and this package. docs/keyerror-labels.md walks through it.
"""

import argparse
import tempfile
from pathlib import Path

import torch
import transformers
from datasets import Dataset, disable_progress_bars
from tokenizers import Tokenizer, models
from transformers import (
    DataCollatorForSeq2Seq,
    GenerationConfig,
    GlmConfig,
    GlmForCausalLM,
    PreTrainedTokenizerFast,
    Seq2SeqTrainer,
    Seq2SeqTrainingArguments,
)

from glm_schema_lint.fix import unify_label_fields
from glm_schema_lint.guard import SafePredictionMixin, aliased, preflight

HERE = Path(__file__).resolve().parent
PAD, USER = 151329, 151336


class TinyGlm(GlmForCausalLM):
    """One layer, eight wide, random weights. It takes images as GLM-4V does, and does not look at them."""

    def forward(self, images=None, **inputs):
        return super().forward(**inputs)

    def _validate_model_kwargs(self, model_kwargs):
        super()._validate_model_kwargs({k: v for k, v in model_kwargs.items() if k not in ("images", "position_ids")})


class Padder(PreTrainedTokenizerFast):
    """Pads on the left; positions too, as the tokenizer of GLM-4V-9B does. Its vocabulary is never asked."""

    pad_token_id = PAD

    def _pad(self, encoded, max_length=None, *args, **more):
        before = len(encoded["input_ids"])
        encoded = super()._pad(encoded, max_length, *args, **more)
        encoded["position_ids"] = [0] * (len(encoded["input_ids"]) - before) + encoded["position_ids"]
        return encoded


class Collator(DataCollatorForSeq2Seq):
    """Makes output_ids equally long; the rest is transformers' own."""

    def __call__(self, features, return_tensors=None):
        if "output_ids" in features[0]:
            width = max(len(row["output_ids"]) for row in features)
            features = [{**row, "output_ids": row["output_ids"] + [PAD] * (width - len(row["output_ids"]))} for row in features]
        return super().__call__(features, return_tensors)


class ChatTrainer(Seq2SeqTrainer):
    """Evaluates by generating. Here is the fault: this step is sure that every batch carries labels."""

    def prediction_step(self, model, inputs, prediction_loss_only, ignore_keys=None, **gen_kwargs):
        prompt = inputs["input_ids"].shape[1]
        reference = inputs.pop("output_ids")
        del inputs["labels"]
        loss, generated, _ = super().prediction_step(model, inputs, prediction_loss_only, ignore_keys, **gen_kwargs)
        return loss, generated[:, prompt:], reference


class SafeChatTrainer(SafePredictionMixin, ChatTrainer):
    """The same trainer; the step above stays as it is."""


def metrics(prediction):
    """The share of answers whose first token is right. A random model is bad at it; what counts is that it is computed."""
    right = prediction.predictions[:, 0] == prediction.label_ids[:, 0]
    return {"first_token_right": float(right.mean()), "answers": len(right)}


def rows_of(split):
    return Dataset.from_parquet(str(HERE / f"{split}.parquet"), cache_dir=tempfile.gettempdir())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--remedy", choices=["none", "unify", "mixin", "aliased"], default="none")
    parser.add_argument("--preflight", action="store_true", help="look before training")
    options = parser.parse_args()
    disable_progress_bars()
    torch.manual_seed(0)
    torch.set_num_threads(1)
    print(f"transformers {transformers.__version__}, remedy: {options.remedy}", flush=True)

    train, evaluation, test = rows_of("train"), rows_of("validation"), rows_of("test")
    if options.remedy == "unify":
        evaluation, test = evaluation.map(unify_label_fields), test.map(unify_label_fields)
    if options.remedy == "aliased":
        evaluation, test = aliased(evaluation), aliased(test)
    kind = SafeChatTrainer if options.remedy == "mixin" else ChatTrainer

    model = TinyGlm(GlmConfig(
        vocab_size=151552, hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=1, num_key_value_heads=1,
        head_dim=8, pad_token_id=PAD, eos_token_id=[PAD, USER], attn_implementation="eager", max_position_embeddings=256,
    ))
    words = Tokenizer(models.WordLevel({"<pad>": 0}, unk_token="<pad>"))
    padder = Padder(tokenizer_object=words, pad_token="<pad>", padding_side="left", model_input_names=["input_ids", "attention_mask"])
    with tempfile.TemporaryDirectory() as folder:
        trainer = kind(
            model=model, train_dataset=train, eval_dataset=evaluation, compute_metrics=metrics,
            data_collator=Collator(padder, padding="longest", return_tensors="pt"),
            args=Seq2SeqTrainingArguments(
                output_dir=folder, max_steps=4, eval_strategy="steps", eval_steps=2, save_steps=4, predict_with_generate=True,
                per_device_train_batch_size=4, per_device_eval_batch_size=4, remove_unused_columns=False, use_cpu=True,
                report_to=[], disable_tqdm=True, save_only_model=True, logging_steps=2,
                generation_config=GenerationConfig(max_new_tokens=4, pad_token_id=PAD, eos_token_id=[PAD, USER]),
            ),
        )
        if options.preflight:
            preflight(trainer, test_dataset=test)
        trainer.train()
        print("checkpoints:", ", ".join(sorted(path.name for path in Path(folder).glob("checkpoint-*"))))
        print("test:", trainer.predict(test).metrics)


if __name__ == "__main__":
    main()
