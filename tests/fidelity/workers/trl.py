"""TRL's SFT data code: SFTTrainer._prepare_dataset, the vision collator, prepare_multimodal_messages, all real.

Text is rendered by the GLM-4.5 template that TRL ships (trl/chat_templates/glm4moe.jinja). Stubbed: see STUBS.
"""

import importlib.metadata
import importlib.resources
import os
import re
import sys
import types

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import byte_tokenizer
import serve

STUBS = [
    "tokenizer: PreTrainedTokenizerFast over bytes with the special tokens of GLM-4 (no merges)",
    "processor: transformers' Glm4vProcessor and Glm4vImageProcessorFast (what AutoProcessor takes) with their defaults, and a chat template of our own for images:"
    " role header, image pair per image part, text (GLM-4.1V's own template comes with its weights)",
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


class Trainer:
    def __init__(self):
        from trl import SFTConfig
        from trl.trainer.sft_trainer import (
            DataCollatorForLanguageModeling,
            DataCollatorForVisionLanguageModeling,
            SFTTrainer,
        )

        self.tokenizer = make_tokenizer()
        self.prepare_dataset = SFTTrainer._prepare_dataset
        self.collate = DataCollatorForLanguageModeling(pad_token_id=self.tokenizer.pad_token_id)
        self.vision = DataCollatorForVisionLanguageModeling(processor=make_processor(self.tokenizer), max_length=None)
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
                batch = self.vision([serve.plain(row)])
            except Exception as error:
                answer.crash("collate", error, *at)
                return
            ids, stage = batch["input_ids"][0].tolist(), "collate" if stage == "map" else stage
            labels = batch["labels"][0].tolist()
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

    def compare(self, answer, at, ids, said, stage, vision):
        if not isinstance(said, dict) or not isinstance(said.get("messages"), list):
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
