"""Training scripts for the tests, in words of our own, each built as a public one is."""

from __future__ import annotations

HEAD = """
import functools
from datasets import Split
from transformers import DataCollatorForSeq2Seq as Pads, Seq2SeqTrainer as Base


class Collator(Pads):
    def __call__(self, features, return_tensors=None):
        answers = [row["output_ids"] for row in features] if "output_ids" in features[0].keys() else None
        if answers is not None:
            width = max(map(len, answers))
            for row in features:
                row["output_ids"] = row["output_ids"] + [0] * (width - len(row["output_ids"]))
        return super().__call__(features, return_tensors)


def for_training(batch, tokenizer):
    ids, labels = [], []
    for chat in batch["messages"]:
        ids.append(tokenizer(chat))
        labels.append(tokenizer(chat))
    return {"input_ids": ids, "labels": labels}


def for_scoring(batch, tokenizer):
    made = {"input_ids": [], "output_ids": []}
    for chat in batch["messages"]:
        made["input_ids"].append(tokenizer(chat))
    return made


def main(data, tokenizer, **more):
    train_rows = data.get(Split.TRAIN, functools.partial(for_training, tokenizer=tokenizer), batched=True)
    scored = functools.partial(for_scoring, tokenizer=tokenizer)
    val_rows = data.get(Split.VALIDATION, scored, batched=True)
    rows = data.get(Split.TEST, scored)
    Trainer(data_collator=Collator(tokenizer), train_dataset=train_rows, eval_dataset=val_rows).train()

"""
STEP = """
class Trainer({bases}):
    def prediction_step(self, model, inputs, prediction_loss_only, ignore_keys=None, **more):
{body}
        return loss, made, wanted
"""
CALL = "        loss, made, wanted = super().prediction_step(model, inputs, prediction_loss_only, ignore_keys, **more)"


def chat(body: str, bases: str = "Base") -> str:
    """A script of the GLM-4 kind, whose step begins with ``body``."""
    lines = "\n".join("        " + line for line in body.splitlines())
    return HEAD + STEP.format(bases=bases, body=lines + "\n" + CALL)


DELETES = 'if self.args.predict_with_generate:\n    wanted = inputs.pop("output_ids", None)\n    del inputs["labels"]'
POPS = "if self.args.predict_with_generate:\n    wanted = inputs.pop('output_ids')\nwidth = inputs['input_ids'].shape[1]\ndel inputs['labels']"
LEAVES = (
    'if self.args.predict_with_generate:\n    wanted = inputs.pop("output_ids")\nwidth = inputs["input_ids"].shape[1]'
)
GUARDED = {
    "default": 'wanted = inputs.pop("output_ids")\ninputs.pop("labels", None)',
    "in": 'wanted = inputs.pop("output_ids", None)\nif "labels" in inputs:\n    del inputs["labels"]',
    "in keys": 'wanted = inputs.pop("output_ids", None)\nif "labels" in inputs.keys():\n    inputs.pop("labels")',
    "not in": 'wanted = inputs.pop("output_ids", None)\nif "labels" not in inputs:\n    pass\nelse:\n    del inputs["labels"]',
    "get": 'wanted = inputs.pop("output_ids", None)\nif inputs.get("labels") is None:\n    inputs.pop("labels", None)',
    "name": 'wanted = inputs.pop("output_ids", None)\nhas = "labels" in inputs\nif has:\n    del inputs["labels"]',
    "try": 'wanted = inputs.pop("output_ids", None)\ntry:\n    del inputs["labels"]\nexcept KeyError:\n    pass',
    "suppress": 'wanted = inputs.pop("output_ids", None)\nwith contextlib.suppress(KeyError):\n    del inputs["labels"]',
    "sets first": 'wanted = inputs.pop("output_ids", None)\ninputs["labels"] = None\ndel inputs["labels"]',
    "setdefault": 'wanted = inputs.pop("output_ids", None)\ninputs.setdefault("labels", None)\ndel inputs["labels"]',
    "and": 'wanted = inputs.pop("output_ids", None)\nif self.tidy or True:\n    inputs.pop("labels", None)\nelse:\n    inputs.pop("labels", None)',
    "copy": 'wanted = inputs.pop("output_ids", None)\ninputs = {**inputs}\ninputs.pop("labels", None)',
    "rebuilt": 'wanted = inputs.pop("output_ids", None)\ninputs = make(inputs)\ndel inputs["labels"]',
}
SOUND = {
    "own collator over raw rows": """
class CollatorForChat(object):
    def __call__(self, instances):
        sources = [f"{one['input']}" for one in instances]
        made = {"input_ids": pad(sources), "attention_mask": ones(sources)}
        if self.labels is not None:
            made["labels"] = self.labels
        return made


def simple(example):
    return {"input": "Say: " + example["instruction"]}


dataset = dataset.map(simple, remove_columns=["instruction"])
train_rows, eval_rows = dataset["train"], dataset["eval"]
Seq2SeqTrainer(train_dataset=train_rows, eval_dataset=eval_rows, data_collator=CollatorForChat())


class T(Seq2SeqTrainer):
    def compute_loss(self, model, inputs, return_outputs=False):
        return model(**inputs, labels=inputs["labels"]).loss
""",
    "nested functions and a tokenizer": """
def train(base, split):
    def tokenize(prompt):
        result = tokenizer(prompt, truncation=True)
        result["labels"] = result["input_ids"].copy()
        return result

    def prepare(point):
        made = tokenize(prompter(point["instruction"]))
        made["labels"] = [-100] + made["labels"][1:]
        return made

    both = data["train"].train_test_split(test_size=split)
    train_data = both["train"].shuffle().map(prepare)
    val_data = both["test"].shuffle().map(prepare)

    class Scores(Trainer):
        def compute_loss(self, model, inputs, return_outputs=False):
            labels = inputs.pop("labels")
            return model(**inputs)
""",
    "dataset class": """
class Rows(Dataset):
    def __getitem__(self, i):
        if i in self.kept:
            return self.kept[i]
        made = prepare([self.raw[i]])
        return dict(input_ids=made["input_ids"][0], labels=made["labels"][0])


class Collates(object):
    def __call__(self, instances):
        input_ids, labels = tuple([one[key] for one in instances] for key in ("input_ids", "labels"))
        return dict(input_ids=input_ids, labels=labels, attention_mask=input_ids.ne(0))


train_dataset = Rows(first)
eval_dataset = Rows(second)


class T(Trainer):
    def compute_loss(self, model, inputs, return_outputs=False):
        return model(inputs["input_ids"], attention_mask=inputs["attention_mask"], labels=inputs["labels"])

    def prediction_step(self, model, inputs, prediction_loss_only, ignore_keys=None):
        labels = inputs["labels"]
        return super().prediction_step(model, inputs, prediction_loss_only, ignore_keys)
""",
    "collator is a function": """
def prepare(example):
    return {"input_ids": tokenizer.encode(example["text"]), "length": 3}


def collate(features):
    longest = max(len(one["input_ids"]) for one in features)
    return {"input_ids": stack(features, longest), "labels": stack([one["length"] for one in features], longest)}


rows = train_dataset.map(prepare)


class T(Trainer):
    def compute_loss(self, model, inputs, return_outputs=False):
        return model(input_ids=inputs["input_ids"], labels=inputs["labels"]).loss


T(train_dataset=rows, data_collator=collate)
""",
    "a trainer that tokenizes by itself": """
def messages(example):
    return {"messages": [{"role": "user", "content": example["text"]}]}


train_dataset = dataset.map(messages)


class T(SFTTrainer):
    def compute_loss(self, model, inputs, return_outputs=False):
        return super().compute_loss(model, {"input_ids": inputs["input_ids"], "labels": inputs["labels"]})
""",
    "pops labels where it generates": """
class T(Seq2SeqTrainer):
    def prediction_step(self, model, inputs, prediction_loss_only, ignore_keys=None, **more):
        if self.args.predict_with_generate:
            labels = inputs.pop("labels", None)
        else:
            labels = inputs.get("labels")
        loss, made, _ = super().prediction_step(model, inputs, prediction_loss_only, ignore_keys, **more)
        if made is not None and self.args.predict_with_generate:
            made[:, : inputs["input_ids"].size(-1)] = 0
        return loss, made, labels
""",
    "nothing of a trainer": "import os\n\nprint(os.getcwd())\n",
}
