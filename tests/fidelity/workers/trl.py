"""TRL's SFT data code: SFTTrainer._prepare_dataset, the vision collator, prepare_multimodal_messages, all real.

Rows that are tokenized already go on through SFTTrainer.compute_loss and prediction_step, with a model of one layer.

Text is rendered by the GLM-4.5 template that TRL ships (trl/chat_templates/glm4moe.jinja). Stubbed: see STUBS.
"""

import importlib.metadata
import importlib.resources
import os
import re
import sys
import types

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import byte_tokenizer  # noqa: I001
import tokenized
import serve

STUBS = [
    "tokenizer: PreTrainedTokenizerFast over bytes with the special tokens of GLM-4 (no merges)",
    "processor: transformers' Glm4vProcessor and Glm4vImageProcessorFast (what AutoProcessor takes) with their defaults, and a chat template of our own for images:"
    " role header, image pair per image part, text (GLM-4.1V's own template comes with its weights)",
    "model, for tokenized rows: a random GlmForCausalLM of one layer",
    "datasets.load_dataset on the split's files: TRL leaves loading to the user",
]
TEMPLATE = (
    "[gMASK]<sop>{% for m in messages %}<|{{ 'observation' if m.role == 'tool' else m.role }}|>\n"
    "{% if m.content is string %}{{ m.content }}{% else %}{% for part in m.content or [] %}"
    "{% if part.type == 'image' %}<|begin_of_image|><|image|><|end_of_image|>{% else %}{{ part.text }}{% endif %}"
    "{% endfor %}{% endif %}{% endfor %}"
)


def make_tokenizer():
    tokenizer = byte_tokenizer.make()
    tokenizer.chat_template = (
        importlib.resources.files("trl").joinpath("chat_templates/glm4moe.jinja").read_text("utf-8")
    )
    return tokenizer


def make_processor(tokenizer):
    from transformers.models.glm4v.image_processing_glm4v_fast import Glm4vImageProcessorFast
    from transformers.models.glm4v.processing_glm4v import Glm4vProcessor

    processor = Glm4vProcessor.__new__(Glm4vProcessor)
    processor.tokenizer, processor.image_processor, processor.video_processor = (
        tokenizer,
        Glm4vImageProcessorFast(),
        None,
    )
    processor.image_token, processor.video_token = "<|image|>", "<|video|>"
    processor.image_token_id, processor.video_token_id = (
        tokenizer.convert_tokens_to_ids(t) for t in ("<|image|>", "<|video|>")
    )
    processor.video_start_id = tokenizer.convert_tokens_to_ids("<|begin_of_video|>")
    processor.video_end_id = tokenizer.convert_tokens_to_ids("<|end_of_video|>")
    processor.chat_template = TEMPLATE
    return processor


class Tokenized:
    """A whole SFTTrainer for rows that hold input_ids: it cuts, filters, pads and steps them."""

    def __init__(self, tokenizer):
        import datasets
        from transformers import GlmConfig, GlmForCausalLM
        from trl import SFTConfig, SFTTrainer

        config = GlmConfig(vocab_size=151552, hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=1,
                           num_key_value_heads=1, head_dim=8, pad_token_id=0, eos_token_id=0)  # fmt: skip
        args = SFTConfig(output_dir=os.getcwd(), use_cpu=True, bf16=False, report_to=[], gradient_checkpointing=False)
        first = datasets.Dataset.from_list([{"input_ids": [5, 6, 7], "labels": [-100, 6, 7]}])
        self.trainer = SFTTrainer(GlmForCausalLM(config), args, train_dataset=first, processing_class=tokenizer)

    def run(self, answer, split, rows):
        """Every row of a split: prepared by itself, collated beside the shortest other, one loss or one prediction_step."""
        prepared = {}
        for index in range(len(rows)):
            try:
                prepared[index] = self.prepare(rows.select([index]), split)
            except Exception as error:
                answer.crash("map", error, split, index)
                continue
            if not len(prepared[index]):
                answer.event("drop", "map", split, index)
                del prepared[index]
        whole = len(answer.events)
        try:
            self.prepare(rows, split)
        except Exception as error:
            if not any(event["split"] == split for event in answer.events[:whole]):
                answer.crash("map", error, split)
        if split == "train" and not prepared and len(rows) and not any(e["effect"] == "crash" for e in answer.events):
            self.trainer.train_dataset = self.prepare(rows, split)
            try:
                self.trainer.get_train_dataloader()
            except Exception as error:
                answer.crash("step", error, split)
        if any(event["stage"] in ("collate", "step") and event["effect"] == "crash" for event in answer.events):
            return  # training has stopped, and nothing is evaluated
        made = [table[0] for table in prepared.values()]
        for place, index in enumerate(prepared):
            self.step(answer, (split, index), tokenized.beside(made, place))

    def prepare(self, rows, split):
        return self.trainer._prepare_dataset(rows, self.trainer.processing_class, self.trainer.args, False, None, split)

    def step(self, answer, at, rows):
        import torch

        stage = "collate"
        try:
            batch = self.trainer.data_collator(rows)
            if any(
                shown[: len(row["labels"])].tolist() != row["labels"]
                for row, shown in zip(rows, batch["labels"], strict=True)
            ):
                answer.event("corrupt", "collate", *at, detail=f"labels became {batch['labels'].tolist()}")
                return
            stage = "step" if at[0] == "train" else "eval"
            inputs = self.trainer._prepare_inputs(batch)
            if at[0] == "train":
                loss = self.trainer.compute_loss(self.trainer.model, inputs)
            else:
                loss, _, _ = self.trainer.prediction_step(self.trainer.model, inputs, prediction_loss_only=True)
        except Exception as error:
            answer.crash(stage, error, *at)
            return
        if at[0] == "train" and self.strays(inputs, loss):
            answer.event("corrupt", stage, *at, detail="a label that is no token counts in the loss")
        elif torch.isnan(loss) and at[0] == "train":
            answer.event("starve", stage, *at, detail="loss: nan")

    def strays(self, inputs, loss):
        """Whether labels outside the vocabulary change the loss."""
        labels = inputs["labels"]
        outside = (labels != -100) & ((labels < 0) | (labels >= self.trainer.model.config.vocab_size))
        if not outside.any():
            return False
        without = {**inputs, "labels": labels.masked_fill(outside, -100)}
        return not bool(self.trainer.compute_loss(self.trainer.model, without) == loss)


class Trainer:
    def __init__(self):
        from trl import SFTConfig
        from trl.trainer.sft_trainer import (
            DataCollatorForLanguageModeling,
            DataCollatorForVisionLanguageModeling,
            SFTTrainer,
        )

        self.tokenizer = make_tokenizer()
        self.added = set(self.tokenizer.get_added_vocab().values())
        self.prepare_dataset = SFTTrainer._prepare_dataset
        self.collate = DataCollatorForLanguageModeling(pad_token_id=self.tokenizer.pad_token_id)
        self.vision = DataCollatorForVisionLanguageModeling(processor=make_processor(self.tokenizer), max_length=None)
        self.whole = None
        self.args = SFTConfig(output_dir=os.getcwd(), max_length=None, use_cpu=True, bf16=False, report_to=[])

    def prepare(self, rows):
        this = types.SimpleNamespace(
            _tokenizer=self.tokenizer, chat_template=None, args=self.args, completion_only_loss=False
        )
        return self.prepare_dataset(this, rows, self.tokenizer, self.args, False, None, "train")

    def run(self, case, answer):
        import datasets

        try:
            loaded = datasets.load_dataset(case["folder"], data_files=case["splits"])
        except Exception as error:
            answer.crash("load", error)
            return
        for split, name in case["splits"].items():
            if case["dialect"] == "tokenized":
                self.whole = self.whole or Tokenized(self.tokenizer)
                self.whole.run(answer, split, loaded[split])
                continue
            rows, spoken = loaded[split], serve.records(os.path.join(case["folder"], name))
            if spoken is not None and len(spoken) != len(rows):
                answer.event("corrupt", "load", split, None, detail=f"{len(spoken)} records became {len(rows)} rows")
                spoken = None
            vision = bool({"image", "images"} & set(loaded["train"].column_names))
            before, failed, whole = len(answer.events), None, None
            if not vision:
                try:
                    whole = self.prepare(rows)
                except Exception as error:
                    failed = error
            first = self.first(rows) if failed is not None else []
            for index in range(len(rows)):
                self.record(answer, (split, index), rows, whole, first, vision, spoken and spoken[index])
            if failed is not None and len(answer.events) == before:
                answer.crash("map", failed, split)

    def first(self, rows):
        """The first row says what all of them are, so it is put before each row; unless it fails by itself."""
        try:
            self.prepare(rows.select([0]))
        except Exception:
            return []
        return [0]

    def record(self, answer, at, rows, whole, first, vision, said):
        index = at[1]
        try:
            row = rows[index]
        except Exception as error:
            answer.crash("map", error, *at)
            return
        stage = "map" if said is None or serve.same(said, row) else "load"
        if vision:
            try:
                mate = rows[0] if index else rows[len(rows) - 1]  # in a batch, as in training
                batch = self.vision([serve.plain(row), serve.plain(mate)])
            except Exception as error:
                answer.crash("collate", error, *at)
                return
            if self.other_pixels(batch, said):
                answer.event("corrupt", "collate", *at, detail="the pixels are not those of the picture held upright")
                return
            whole = batch["attention_mask"][0].bool()
            ids, stage = batch["input_ids"][0][whole].tolist(), "collate" if stage == "map" else stage
            labels = batch["labels"][0][whole].tolist()
        else:
            try:
                made = whole[index] if whole is not None else self.prepare(rows.select([*first, index]))[-1]
            except Exception as error:
                answer.crash("map", error, *at)
                return
            try:
                batch = self.collate([made])
            except Exception as error:
                answer.crash("collate", error, *at)
                return
            ids, labels = made["input_ids"], batch["labels"][0].tolist()
        if all(label == -100 for label in labels):
            answer.event("starve", stage, *at)
            return
        self.compare(answer, at, ids, said, stage, vision)

    def other_pixels(self, batch, said):
        """Whether the model is shown other pixels than those of the pictures as a person sees them."""
        paths = said.get("images") if isinstance(said, dict) else None
        if not isinstance(paths, list) or not paths or not all(isinstance(path, str) for path in paths):
            return False
        pictures = [serve.faithful(path) for path in paths]
        wanted = self.vision.processor.image_processor(images=pictures, return_tensors="pt")["pixel_values"]
        return "pixel_values" not in batch or not batch["pixel_values"][: len(wanted)].equal(wanted)

    def compare(self, answer, at, ids, said, stage, vision):
        if not isinstance(said, dict) or not isinstance(said.get("messages"), list):
            return
        words = " ".join(text for m in said["messages"] if isinstance(m, dict) for text in texts(m.get("content")))
        taken = self.added.intersection(self.tokenizer.encode(words, add_special_tokens=False))
        if taken:
            answer.event("corrupt", "map", *at, detail=f"words of a text become the tokens {sorted(taken)}")
            return
        text = self.tokenizer.decode(ids, skip_special_tokens=False, clean_up_tokenization_spaces=False)
        text = re.sub(r"<\|begin_of_image\|>(<\|image\|>)+<\|end_of_image\|>", "", text)
        text = re.sub(r"<think></think>(?!\s*<think>)|</?tool_response>", "", text)  # what the template adds of its own
        text = "".join(text.split())
        place = 0
        for message in said["messages"]:
            if not isinstance(message, dict):
                return
            role, content = message.get("role"), message.get("content")
            if content is None and role in ("user", "system"):
                content = ""  # nothing is said: then nothing, not the word None, may stand there
            if isinstance(content, list):
                content = "".join(p.get("text") or "" for p in content if isinstance(p, dict))
            if role == "assistant" and not message.get("tool_calls") and not str(content or "").strip():
                answer.event(
                    "corrupt", stage, *at, detail=f"an answer without a visible character is trained: {text!r}"
                )
                return
            if not isinstance(content, str) or message.get("tool_calls"):
                continue
            wanted = {"tool": "<|observation|>"}.get(role, f"<|{role}|>") + "".join(content.split())
            place = text.find(wanted, place)
            if place < 0 or not (text[place + len(wanted) :] + "<|").startswith(("<|", "<tool_call>")):
                answer.event("corrupt", stage, *at, detail=f"{role} {content!r} is not in {text!r}")
                return


def texts(content):
    """The texts of a message's content."""
    if isinstance(content, list):
        content = [part.get("text") for part in content if isinstance(part, dict)]
    return [text for text in (content if isinstance(content, list) else [content]) if isinstance(text, str)]


def make(stack):
    os.environ["HF_DATASETS_CACHE"] = os.path.join(os.getcwd(), "cache")
    operators = serve.without_operators()
    serve.pictures()
    import datasets

    datasets.disable_caching()
    datasets.disable_progress_bars()
    trainer = Trainer()
    trainer.operators = operators  # it undeclares what it declared when it goes
    versions = ("datasets", "transformers", "torch", "trl")
    return {p: importlib.metadata.version(p) for p in versions}, STUBS, trainer.run


if __name__ == "__main__":
    sys.exit(serve.main(make))
