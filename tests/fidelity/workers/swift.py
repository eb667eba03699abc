"""ms-swift's data code: file loader, AutoPreprocessor (strict or not), templates and their encode, all real.

From the installed package, or from a checkout named by FIDELITY_SOURCE. Stubbed: see STUBS.
"""

import importlib.metadata
import json
import os
import re
import sys
import types

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import byte_tokenizer
import faithful
import serve

STUBS = [
    "tokenizer: PreTrainedTokenizerFast over bytes with the special tokens of GLM-4 (no merges)",
    "processor: the Glm4vImageProcessor of transformers with its defaults (real code, no checkpoint's preprocessor_config)",
    "model_info and model_meta: plain objects; no model is looked up, no collator is run",
    "chatglm4v: the tokenizer's apply_chat_template, which only makes pixels there, opens the image and returns none",
]
ROLES = {"human": "user", "gpt": "assistant", "bot": "assistant", "function_call": "tool_call", "function-call": "tool_call",
         "tool_response": "tool", "function_response": "tool", "function-response": "tool", "observation": "tool", "observations": "tool"}  # fmt: skip
PICTURE = "\0picture\0"  # stands for the tokens of an image
FIRST, PAIR = 151329, (151339, 151340)


def reading(record):
    """The turns of a record as (role, text or parts), and its images; None where it has none that can be read."""
    if not isinstance(record, dict):
        return None
    images = record.get("images") or record.get("image") or []
    images = [images] if isinstance(images, str) else images
    messages = next(
        (record[k] for k in ("messages", "conversations", "conversation") if isinstance(record.get(k), list)), None
    )
    turns = []
    if messages is None and any(key in record for key in ("messages", "conversations", "conversation")):
        return None
    if messages is not None:
        for message in messages:
            if not isinstance(message, dict):
                return None
            if any(message.get(key) for key in ("image", "images", "tools", "reasoning_content")):
                turns.append(("lost", None))
            role, content = message.get("from", message.get("role")), message.get("value", message.get("content"))
            if isinstance(content, list):
                parts = [p for p in content if isinstance(p, dict)]
                content = "".join(p.get("text") or "" if p.get("type") == "text" else "<image>" for p in parts)
            turns.append((ROLES.get(role, role) if isinstance(role, str) else role, content))
            if message.get("tool_calls"):
                turns[-1] = ("tool_call", None)
    else:
        for pair in record.get("history") or []:
            turns += [("user", pair[0]), ("assistant", pair[1]), *[("lost", None)] * (len(pair) > 2)]
        ask = [record.get(key) for key in ("instruction", "input") if record.get(key)]
        # A part that is no text can only be meant as the JSON it is: what Python prints ({'a': 1}) is something else.
        ask = [part if isinstance(part, str) else json.dumps(part, ensure_ascii=False) for part in ask]
        answer = record.get("output")  # of a list, swift takes the first on purpose
        turns += [("user", "\n".join(ask)), ("assistant", answer[0] if isinstance(answer, list) and answer else answer)]
    joined = []
    for role, content in turns:  # neighbours of one role are joined on purpose (swift/template/base.py)
        if (
            joined
            and joined[-1][0] == role
            and isinstance(content, str)
            and isinstance(joined[-1][1], str)
            and role in ("user", "assistant")
        ):
            joined[-1] = (role, joined[-1][1] + content)
        else:
            joined.append((role, content))
    turns = joined
    if isinstance(record.get("system"), str) and record["system"] and turns[0][0] != "system":
        turns.insert(0, ("system", record["system"]))
    return turns, images


def placed(turns, images):
    """Pictures and literal placeholders in the order a record means them.

    A picture belongs to a question or a result, unless answers alone have placeholders, and as many as there are pictures.
    """
    found = [
        PICTURE if role in ("user", "tool") else "<image>"
        for role, content in turns if isinstance(content, str)
        for _ in range(content.count("<image>"))
    ]  # fmt: skip
    if PICTURE not in found and len(found) == images:
        return [PICTURE] * images
    return [PICTURE, *found] if images == 1 and PICTURE not in found else found


def said_calls(record):
    """The calls a record writes as messages of their own."""
    for message in record.get("conversations", record.get("messages")) or []:
        role, content = message.get("from", message.get("role")), message.get("value", message.get("content"))
        if ROLES.get(role, role) == "tool_call" and isinstance(content, str):
            yield content


def unlike(call):
    """What is wrong with the arguments of a call that swift has encoded: Python's way of writing an object is a note of the target."""
    try:
        said = json.loads(call)["arguments"]
        said = json.loads(said) if isinstance(said, str) else said
    except (ValueError, TypeError, KeyError):
        return ""
    return "" if isinstance(said, dict) else f"arguments that are no object are trained: {said!r}"


class Trainer:
    """One template with its tokenizer."""

    def __init__(self, name):
        import transformers
        from PIL import Image
        from swift.template import TEMPLATE_MAPPING

        self.name = name
        self.when = (
            "step" if name.endswith("v") else "map"
        )  # a multimodal template encodes lazily (base_args.py:126-135)
        tokenizer = byte_tokenizer.make()
        info = types.SimpleNamespace(
            config=types.SimpleNamespace(), task_type="causal_lm", max_model_len=100000, model_dir="", torch_dtype=None
        )
        meta = types.SimpleNamespace(is_multimodal=name.endswith("v"), model_type=name, template=name)
        processor = tokenizer
        if name in ("glm4v", "glm4_5v"):
            from transformers.models.glm4v.image_processing_glm4v import Glm4vImageProcessor

            holder = type("Processor", (transformers.ProcessorMixin,), {"__init__": lambda self: None})
            processor = holder()
            processor.tokenizer, processor.image_processor = tokenizer, Glm4vImageProcessor()
        if name == "chatglm4v":

            def open_image(messages, return_dict):
                assert isinstance(messages[0]["image"], Image.Image)
                return {"images": None}

            processor.apply_chat_template = open_image
        processor.model_info, processor.model_meta = info, meta
        chosen = TEMPLATE_MAPPING[name]
        self.template = chosen.template_cls(processor, chosen)
        self.template.set_mode("train")
        self.tokenizer, self.seen = tokenizer, {}
        self.added = {number: word for word, number in tokenizer.get_added_vocab().items()}

    def run(self, case, answer):
        from swift.dataset.dataset_meta import DatasetMeta
        from swift.dataset.loader import DatasetLoader

        strict = bool(case["settings"].get("strict", False))
        for split, name in case["splits"].items():
            path = os.path.join(case["folder"], name)
            spoken = serve.records(path)
            caught = {}

            def keep(dataset, caught=caught, **kwargs):
                caught["rows"], caught["kwargs"] = dataset, kwargs
                return dataset

            loader = DatasetLoader(load_from_cache_file=False, strict=strict, remove_unused_columns=False)
            try:
                loader._load_dataset_path(path, DatasetMeta(preprocess_func=keep))
            except Exception as error:
                answer.crash("load", error, split)
                continue
            self.split(answer, split, caught["rows"], caught["kwargs"], spoken, strict)

    def split(self, answer, split, rows, kwargs, spoken, strict):
        from swift.dataset.preprocessor import AutoPreprocessor, RowPreprocessor

        if spoken is not None and len(spoken) != len(rows):
            answer.event("corrupt", "load", split, None, detail=f"{len(spoken)} records became {len(rows)} rows")
            spoken = None
        before, failed, whole = len(answer.events), None, None
        auto = AutoPreprocessor()
        kwargs["num_proc"] = None  # in this process: datasets 4 opens a pool for num_proc=1
        try:
            whole = RowPreprocessor.remove_useless_columns(auto(rows, **kwargs))
        except Exception as error:
            failed = error
        made = {}
        if whole is not None and len(whole) == len(rows):
            made = {index: whole[index] for index in range(len(rows))}
        for index in range(len(rows)) if not made else ():  # one by one, to know which record is gone
            at = (split, index)
            try:
                one = auto(rows.select([index]), **kwargs)
                made[index] = one[0] if len(one) else None
            except Exception as error:
                if failed is not None:
                    answer.crash("map", error, *at)
        if failed is not None and len(answer.events) == before:
            answer.crash("map", failed, split)
            return  # no record stops it alone, all of them together do: nothing comes to be encoded
        kept = [index for index, row in made.items() if row is not None]
        if whole is not None and len(whole) != len(kept):
            answer.note(f"{split}: {len(whole)} rows of the whole against {len(kept)} one by one")
        for index, row in made.items():
            if row is None:
                answer.event("drop", "map", split, index)
                continue
            row = whole[kept.index(index)] if whole is not None and len(whole) == len(kept) else row
            said = spoken and spoken[index]
            loaded = said is None or serve.same(said, rows[index])
            self.encode(answer, (split, index), row, said, strict, self.when if loaded else "load")

    def encode(self, answer, at, row, said, strict, stage):
        """Template.encode; what it refuses is swapped for another record, or stops the run if strict."""
        try:
            key = repr(row)  # most records of most cases are alike
            if key not in self.seen or row.get("images"):
                self.seen[key] = self.template.encode(serve.plain(row))
            made = self.seen[key]
        except Exception as error:
            if strict:
                answer.crash(self.when, error, *at)
            else:
                answer.event(
                    "drop",
                    self.when,
                    *at,
                    serve.words(error),
                    "swapped for another record (swift/dataset/utils.py:84-109)",
                )
            return
        labels = made.get("labels") or []
        if all(label == -100 for label in labels):
            answer.event("starve", self.when, *at)
            return
        found = reading(said)
        if found is None:
            return
        self.compare(answer, at, made["input_ids"], labels, *found, stage, said)
        self.pictures(answer, at, found[1])

    def pictures(self, answer, at, images):
        """Compare what swift opens of each image file with the file."""
        from swift.template.vision_utils import load_image

        for path in images:
            if isinstance(path, str) and os.path.isfile(path) and (wrong := faithful.picture(path, load_image(path))):
                answer.event("corrupt", self.when, *at, detail=f"{os.path.basename(path)}: {wrong}")
                return

    def taken(self, text):
        """Control tokens the tokenizer finds in a text.

        Those of images stand in vocabularies of vision models alone; <|image|> is counted by the model, in a step that is not run.
        """
        if "<|image|>" in text or ("_image|>" in text and not self.name.endswith("v")):
            return []
        return [self.added[i] for i in self.tokenizer.encode(text, add_special_tokens=False) if i in self.added]

    def decode(self, ids):
        out, run = "", []
        for token in ids:
            if token < 0 or token in PAIR:
                out, run = (
                    out + self.tokenizer.decode(run, skip_special_tokens=False, clean_up_tokenization_spaces=False),
                    [],
                )
                out += {PAIR[0]: "<|begin_of_image|>", PAIR[1]: "<|end_of_image|>"}.get(token, f"<{token}>")
            else:
                run.append(token)
        out += self.tokenizer.decode(run, skip_special_tokens=False, clean_up_tokenization_spaces=False)
        out = re.sub(r"<\|begin_of_image\|>(<\|image\|>|<\|endoftext\|>)+<\|end_of_image\|>", PICTURE, out)
        return out.replace("<think></think>\n", "")

    def compare(self, answer, at, ids, labels, turns, images, stage, said):
        text, trained = self.decode(ids), self.decode([label for label in labels if label != -100])
        if any(role == "lost" for role, _ in turns):
            answer.event("corrupt", "map", *at, detail="keys of a message are thrown away")
            return
        if taken := [word for role, content in turns if isinstance(content, str) for word in self.taken(content)]:
            answer.event("corrupt", self.when, *at, detail=f"the text {taken[0]} becomes a control token")
            return
        if said.get("tools") and "## None" in text:
            answer.event("corrupt", self.when, *at, detail="a tool is offered as '## None'")
            return
        if wrong := faithful.offered(said.get("tools"), text) or next(filter(None, map(unlike, said_calls(said))), ""):
            answer.event("corrupt", self.when, *at, detail=wrong)
            return
        if any(role == "assistant" and isinstance(content, str) and not content.strip() for role, content in turns):
            answer.event(
                "corrupt", self.when, *at, detail=f"an answer without a visible character is trained: {trained!r}"
            )
            return
        if not images and "images" not in said and "<image>" in text:
            answer.note("'<image>' in a record of text is left as text")
        elif (wanted := placed(turns, len(images))) != (got := re.findall(f"{PICTURE}|<image>", text)):
            answer.event("corrupt", stage, *at, detail=f"{got} where {wanted} was meant, in {text!r}")
            return
        text = text.replace("<image>", "").replace(PICTURE, "")
        place = 0
        for role, content in turns:
            if role == "tool_call" or not isinstance(content, str) or (role == "system" and not content):
                continue
            content = content.replace("<image>", "")
            head = {"tool": "<|observation|>"}.get(role, f"<|{role}|>") + "\n"
            place = text.find(head + content, place)
            if place < 0 and not (role == "system" and said.get("tools") and content in text):
                answer.event("corrupt", stage, *at, detail=f"{role} {content!r} is not in {text!r}")
                return
        trained = trained.replace("<image>", "").replace(PICTURE, "")
        learned = "".join(
            "\n" + content.replace("<image>", "")
            for role, content in turns
            if role == "assistant" and isinstance(content, str)
        )
        if not any(role == "tool_call" for role, _ in turns):
            got = re.sub(r"<\|(user|observation|endoftext)\|>", "", trained)
            if got.replace("\n", "") != learned.replace("\n", ""):
                answer.event("corrupt", stage, *at, detail=f"trained: {got!r}")
        if "<-100>" in text or "<-200>" in text:
            answer.event(
                "crash",
                "step",
                *at,
                "IndexError: index out of range in self",
                "an id of -100 in input_ids (not run: no model)",
            )


def pictured(case):
    """True if a record names an image: then a multimodal template, else one of text."""
    found = [serve.records(os.path.join(case["folder"], name)) for name in case["splits"].values()]
    return any('"image' in json.dumps(rows, ensure_ascii=False) for rows in found if rows)


def make(stack):
    checkout = os.environ.get("FIDELITY_SOURCE")
    if checkout:
        sys.path.insert(0, checkout)
    cache = os.path.join(os.getcwd(), "cache")
    os.environ.update(HF_DATASETS_CACHE=cache, MODELSCOPE_CACHE=cache, LOG_LEVEL="ERROR")
    import datasets

    datasets.disable_caching()
    datasets.disable_progress_bars()
    serve.pictures()
    trainers = {}

    def run(case, answer):
        name = case["settings"].get("template") or ("glm4v" if pictured(case) else "glm4")
        if name not in trainers:
            trainers[name] = Trainer(name)
        trainers[name].run(case, answer)

    versions = ("datasets", "transformers", "torch") + (() if checkout else ("ms-swift",))
    return {p: importlib.metadata.version(p) for p in versions}, STUBS, run


if __name__ == "__main__":
    sys.exit(serve.main(make))
