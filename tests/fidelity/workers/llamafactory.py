"""LLaMA-Factory's data code: parser, loader, converter, template, multimodal plugin, SFT processor and collator, all real.

From the installed package, or from a checkout named by FIDELITY_SOURCE. Stubbed: see STUBS.
"""

import importlib.machinery
import importlib.metadata
import os
import re
import sys
import types

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import byte_tokenizer
import faithful
import lf_launch
import serve

STUBS = [
    "tokenizer: PreTrainedTokenizerFast over bytes with the special tokens of GLM-4 (no merges)",
    "processor: the Glm4vImageProcessor of transformers with its defaults (real code, no checkpoint's preprocessor_config)",
    "torchaudio: an empty module; audio is not run",
]
ROLES = {"human": "user", "gpt": "assistant", "function_call": "function", "tool": "observation"}
VISION = ("glm4v", "glm4_5v", "glm_ocr")


def make_processor(tokenizer):
    try:
        from transformers.models.glm4v.image_processing_pil_glm4v import Glm4vImageProcessorPil as Images
    except ImportError:
        from transformers.models.glm4v.image_processing_glm4v import Glm4vImageProcessor as Images
    return types.SimpleNamespace(
        image_processor=Images(),
        video_processor=object(),
        tokenizer=tokenizer,
        image_token="<|image|>",
        video_token="<|video|>",
    )


def reading(record, formatting):
    """The turns of a record as (role, text), or None where it has none that can be read."""
    if not isinstance(record, dict):
        return None
    if formatting == "alpaca":
        turns = []
        history = record.get("history") or []
        if not isinstance(history, list):
            turns.append(("lost", None))
        for pair in history if isinstance(history, list) else []:
            if not (isinstance(pair, list) and len(pair) == 2):
                return None
            turns += [("user", pair[0]), ("assistant", pair[1])]
        ask = [record.get(key) for key in ("instruction", "input") if record.get(key)]
        if not all(isinstance(text, str) for text in ask):
            return None
        turns += [("user", "\n".join(ask)), ("assistant", record.get("output"))]
    else:
        messages = record.get("conversations", record.get("messages"))
        if not (isinstance(messages, list) and all(isinstance(m, dict) for m in messages)):
            return None
        turns = []
        for message in messages:
            role = message.get("from", message.get("role"))
            turns.append(
                (ROLES.get(role, role) if isinstance(role, str) else role, message.get("value", message.get("content")))
            )
            if any(message.get(key) for key in ("image", "images", "tools", "reasoning_content")):
                turns.append(("lost", None))
            if message.get("tool_calls"):
                turns[-1] = ("function", message["tool_calls"])
    if isinstance(record.get("system"), str) and record["system"] and not (turns and turns[0][0] == "system"):
        turns.insert(0, ("system", record["system"]))
    return turns


class Trainer:
    """One template with its tokenizer, processor and collator."""

    def __init__(self, name):
        from llamafactory.data import SFTDataCollatorWith4DAttentionMask, get_template_and_fix_tokenizer
        from llamafactory.data.processor import SupervisedDatasetProcessor
        from llamafactory.data.template import ReasoningTemplate
        from llamafactory.hparams.data_args import DataArguments

        self.name = name
        self.args = DataArguments(
            template=name, dataset="x", dataset_dir=".", media_dir=".", cutoff_len=100000, overwrite_cache=True
        )
        self.tokenizer = byte_tokenizer.make()
        self.added = {number: word for word, number in self.tokenizer.get_added_vocab().items()}
        self.template = get_template_and_fix_tokenizer(self.tokenizer, self.args)
        self.thinks = isinstance(self.template, ReasoningTemplate)
        self.processor = make_processor(self.tokenizer) if name in VISION else None
        self.supervised = SupervisedDatasetProcessor(
            template=self.template, tokenizer=self.tokenizer, processor=self.processor, data_args=self.args
        )
        self.collator = SFTDataCollatorWith4DAttentionMask(
            template=self.template,
            model=None,
            tokenizer=self.tokenizer,
            processor=self.processor,
            label_pad_token_id=-100,
        )

    def run(self, case, answer):
        from llamafactory.data.parser import get_dataset_list

        self.args.dataset_dir = case["folder"]
        self.args.media_dir = os.path.join(case["folder"], case["settings"].get("media_dir", ""))
        for split, name in case["splits"].items():
            try:
                attr = get_dataset_list([split], case["folder"])[0]
            except Exception as error:
                answer.crash("load", error, split)
                continue
            self.split(case, answer, split, name, attr)

    def split(self, case, answer, split, name, attr):
        from llamafactory.data import converter as converting
        from llamafactory.data import loader

        quiet = types.SimpleNamespace(local_process_index=0, should_log=False)
        model = types.SimpleNamespace(cache_dir=None, hf_hub_token=None)
        caught = {}

        def keep(dataset, *_):
            caught["dataset"] = dataset
            return dataset

        original, loader.align_dataset = loader.align_dataset, keep
        try:
            loader._load_single_dataset(attr, model, self.args, quiet)
        except Exception as error:
            answer.crash("load", error, split)
            return
        finally:
            loader.align_dataset = original
        rows = caught["dataset"]
        spoken = serve.records(os.path.join(case["folder"], name))
        if spoken is not None and len(spoken) != len(rows):
            answer.event("corrupt", "load", split, None, detail=f"{len(spoken)} records became {len(rows)} rows")
            spoken = None
        try:
            whole, failed = converting.align_dataset(rows, attr, self.args, quiet), None
        except Exception as error:
            whole, failed = None, error
        before, kept, self.thoughts = len(answer.events), 0, {}
        convert = None
        for index in range(len(rows)):
            at = (split, index)
            try:
                if whole is None:
                    convert = convert or converting.get_dataset_converter(attr.formatting, attr, self.args)
                    row = convert(serve.plain(rows[index]))
                else:
                    row = whole[index]
            except Exception as error:
                answer.crash("map", error, *at)
                continue
            said = spoken and spoken[index]
            loaded = said is None or serve.same(said, rows[index])
            kept += self.record(answer, at, row, said, attr.formatting, "map" if loaded else "load")
        if split == "train" and len(self.thoughts) == 2 and len(answer.events) == before:
            answer.event(
                "corrupt",
                "map",
                split,
                self.thoughts[False],
                detail="some answers hold a thought, the others are given an empty one",
            )
        if failed is not None and len(answer.events) == before:
            answer.crash("map", failed, split)
        if not kept and not any(e["effect"] == "crash" for e in answer.events[before:]):
            answer.event("crash", "map", split, None, "RuntimeError: Cannot find valid samples, check `data/README.md` for the data format.",
                         "loader.py:271, which stops a run that has nothing left")  # fmt: skip

    def record(self, answer, at, row, said, formatting, stage):
        try:
            made = self.supervised.preprocess_dataset({key: [value] for key, value in serve.plain(row).items()})
        except Exception as error:
            answer.crash("map", error, *at)
            return 1
        if not made.get("input_ids"):
            answer.event("drop", "map", *at)
            return 0
        ids, labels = made["input_ids"][0], made["labels"][0]
        before = len(answer.events)
        if all(label == -100 for label in labels):
            answer.event("starve", "map", *at)
        else:
            self.compare(answer, at, ids, labels, said, formatting, stage)
            self.pictures(answer, at, row)
        if len(answer.events) == before:
            try:
                self.collator([{key: value[0] for key, value in made.items()}])
            except Exception as error:
                answer.crash("collate", error, *at)
        return 1

    def taken(self, text):
        """Control tokens the tokenizer finds in a text.

        Those of images stand in vocabularies of vision models alone; <|image|> is counted by the model, in a step that is not run.
        """
        if "<|image|>" in text or ("_image|>" in text and self.name not in VISION):
            return []
        return [self.added[i] for i in self.tokenizer.encode(text, add_special_tokens=False) if i in self.added]

    def pictures(self, answer, at, row):
        """Compare what the plugin makes of each image file with the file."""
        bounds = {"image_max_pixels": 768 * 768, "image_min_pixels": 32 * 32}  # of ModelArguments
        for path in row.get("_images") or [] if self.processor else []:
            if isinstance(path, str):
                (seen,) = self.template.mm_plugin._regularize_images([path], **bounds)["images"]
                if wrong := faithful.picture(path, seen):
                    answer.event("corrupt", "map", *at, detail=f"{os.path.basename(path)}: {wrong}")
                    return

    def decode(self, ids):
        text = self.tokenizer.decode(ids, skip_special_tokens=False, clean_up_tokenization_spaces=False)
        text = re.sub(r"(<\|image\|>)+", "<|image|>", text)
        return text.replace("<think>\n\n</think>\n\n", "")  # added to answers without thought: a note of the target

    def compare(self, answer, at, ids, labels, said, formatting, stage):
        turns = reading(said, formatting)
        if turns is None:
            return
        if self.thinks:
            raw = self.tokenizer.decode([label for label in labels if label != -100], skip_special_tokens=False)
            for thought in re.findall(r"<think>(.*?)</think>", raw, re.DOTALL):
                self.thoughts.setdefault(bool(thought.strip()), at[1])
        text = self.decode(ids)
        trained = self.decode([label for label in labels if label != -100])
        vision = self.name in VISION
        if any(role == "lost" for role, _ in turns):
            answer.event("corrupt", "map", *at, detail="what stands under a key of the record is thrown away")
            return
        if taken := [word for role, content in turns if isinstance(content, str) for word in self.taken(content)]:
            answer.event("corrupt", "map", *at, detail=f"the text {taken[0]} becomes a control token")
            return
        if any(role == "assistant" and isinstance(content, str) and not content.strip() for role, content in turns):
            answer.event("corrupt", "map", *at, detail=f"an answer without a visible character is trained: {trained!r}")
            return
        halves = [c for role, c in turns if role == "assistant" and isinstance(c, str)]
        if self.thinks and any(text.count("<think>") != text.count("</think>") for text in halves):
            # These templates give every answer a whole thought, an empty one if need be; this one gets none.
            answer.event("corrupt", "map", *at, detail=f"half a thought is trained: {trained!r}")
            return
        out, learned, exact = "[gMASK]<sop>", "", not said.get("tools")
        for role, content in turns:
            content = content if isinstance(content, str) else ""
            if vision and role != "system":
                content = content.replace("<image>", "<|begin_of_image|><|image|><|end_of_image|>")
            if role == "assistant":
                out, learned = out + f"\n{content}", learned + f"\n{content}"
            elif role == "function":
                exact = False
            elif role == "system":
                out += f"<|system|>\n{content}"
            else:
                out += f"<|{role}|>\n{content}<|assistant|>"
        tail = r"(<\|user\|>|<\|observation\|>|<\|endoftext\|>)*$"
        if exact and (re.sub(tail, "", text), re.sub(r"<\|(user|observation|endoftext)\|>", "", trained)) != (
            re.sub(tail, "", out),
            learned,
        ):
            answer.event("corrupt", stage, *at, detail=f"{text!r} where {out!r} was said; trained: {trained!r}")
        elif not exact:
            place = 0
            if wrong := faithful.offered(said.get("tools"), text):
                answer.event("corrupt", "map", *at, detail=wrong)
                return
            for role, content in turns:
                if role == "function" and (wrong := faithful.called(content, text)):
                    answer.event("corrupt", "map", *at, detail=wrong)
                    return
                if role != "function" and isinstance(content, str) and content:
                    place = text.find(content, place)
                    if place < 0:
                        answer.event("corrupt", stage, *at, detail=f"{content!r} of {role} is not in {text!r}")
                        return
        if vision and any(role == "system" and "<image>" in str(content) for role, content in turns):
            answer.event("corrupt", "map", *at, detail="the placeholder in the system prompt reaches the model as text")
        asked = any(role != "assistant" and "<image>" in str(content) for role, content in turns)
        if not vision and "images" in said and asked and "<image>" in text:
            answer.event("corrupt", "map", *at, detail="the placeholder reaches the model as text")


def make(stack):
    checkout = os.environ.get("FIDELITY_SOURCE")
    if checkout:
        sys.path.insert(0, os.path.join(checkout, "src"))
    sys.modules["torchaudio"] = types.ModuleType("torchaudio")
    sys.modules["torchaudio"].__spec__ = importlib.machinery.ModuleSpec("torchaudio", None)
    os.environ["DISABLE_VERSION_CHECK"] = "1"  # of packages that the data code does not import
    os.environ["HF_DATASETS_CACHE"] = os.path.join(os.getcwd(), "cache")
    import datasets

    datasets.disable_caching()
    datasets.disable_progress_bars()
    trainers = {}

    def run(case, answer):
        name = case["settings"].get("template", "glm4v")
        if name not in trainers:
            trainers[name] = Trainer(name)
        trainer = trainers[name]
        if os.path.exists(os.path.join(case["folder"], "train.yaml")):
            lf_launch.launch(case, answer, trainer.tokenizer, trainer.processor)
        else:
            trainer.run(case, answer)

    versions = ("datasets", "transformers", "torch") + (() if checkout else ("llamafactory",))
    return {p: importlib.metadata.version(p) for p in versions}, STUBS, run


if __name__ == "__main__":
    sys.exit(serve.main(make))
