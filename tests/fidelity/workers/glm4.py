"""The GLM-4 repository's finetune.py and finetune_vision.py, run from a checkout (FIDELITY_SOURCE).

Real: loading, process_batch, process_batch_eval, collator, prediction_step, one training loss. Stubbed: see STUBS.
"""

import functools
import importlib.metadata
import importlib.util
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import serve

STUBS = [
    "tokenizer: bytes in place of the BPE ranks; special ids, role header, tools, image triple and padding as in the published"
    " tokenization_chatglm.py of glm-4-9b-chat and glm-4v-9b (get_prefix_tokens, build_single_message, apply_chat_template, _pad)",
    "image transform: Pillow resize to 8 px in place of torchvision's to 1120 px; same TypeError on what is no image",
    "model: a random GlmForCausalLM of one layer; for glm-4v it checks the image token pair as modeling_chatglm.py does",
]
SPECIAL = {"<|endoftext|>": 151329, "[gMASK]": 151331, "<sop>": 151333, "<|system|>": 151335, "<|user|>": 151336,
           "<|assistant|>": 151337, "<|observation|>": 151338, "<|begin_of_image|>": 151339, "<|end_of_image|>": 151340}  # fmt: skip
NAMES = {number: name for name, number in SPECIAL.items()}
BOI, EOI, ASSISTANT, EOS = 151339, 151340, 151337, 151336
LONG = 100000  # limits so wide that no clean record is cut; a case may set its own


def make_tokenizer(vision):
    import tiktoken
    import torch
    from PIL import Image
    from transformers import PreTrainedTokenizer

    bpe = tiktoken.Encoding(
        "bytes", pat_str=r"(?s:.)", mergeable_ranks={bytes([i]): i for i in range(256)}, special_tokens={}
    )

    class Stub(PreTrainedTokenizer):
        model_input_names = (
            ["input_ids", "attention_mask", "position_ids"] if vision else ["input_ids", "attention_mask"]
        )

        @property
        def vocab_size(self):
            return 256

        def get_vocab(self):
            return {chr(i): i for i in range(256)}

        def _convert_token_to_id(self, token):
            return ord(token)

        def _convert_id_to_token(self, index):
            return chr(index)

        def single(self, role, metadata, message, prefix):
            assert role in ["system", "user", "assistant", "observation"], role
            head = [SPECIAL[f"<|{role}|>"], *bpe.encode(f"{metadata}\n", disallowed_special=())]
            return head + prefix + bpe.encode(message, disallowed_special=())

        def image(self, picture):
            if not isinstance(picture, Image.Image):
                raise TypeError(f"Unexpected type {type(picture)}")
            small = picture.resize((8, 8))
            return (
                torch.frombuffer(bytearray(small.tobytes()), dtype=torch.uint8).reshape(8, 8, 3).permute(2, 0, 1)
                / 255.0
            )

        def apply_chat_template(self, conversation, tokenize=True, return_dict=False, padding=False):
            if not (isinstance(conversation, list) and all(isinstance(i, dict) for i in conversation)):
                if not (isinstance(conversation, list) and all(isinstance(i, list) for i in conversation)):
                    raise ValueError("Invalid conversation format")
            ids, picture = [151331, 151333], None
            for item in conversation:
                if item.get("tools"):
                    ids += self.single("system", "", "".join(map(tool_text, item["tools"])), [])
                prefix, message = [], item.get("content") if vision else item["content"]
                if vision:
                    if item.get("image"):
                        assert picture is None, "Multiple images are not supported"
                        picture, prefix = self.image(item["image"]), [BOI, SPECIAL["<|endoftext|>"], EOI]
                    message = "" + message if message else ""
                if message or prefix:
                    ids += self.single(item["role"], item.get("metadata", "") or "", message, prefix)
            output = self.batch_encode_plus([ids], padding=padding, is_split_into_words=True, add_special_tokens=False)
            if not return_dict:
                return output["input_ids"][0]
            if picture is not None:
                output["images"] = torch.stack([picture])
            return output

        def _pad(self, encoded, max_length=None, padding_strategy=None, pad_to_multiple_of=None, **_):
            ids = encoded["input_ids"]
            encoded.setdefault("attention_mask", [1] * len(ids))
            if vision:
                encoded.setdefault("position_ids", list(range(len(ids))))
            if (
                getattr(padding_strategy, "value", "") != "do_not_pad"
                and max_length is not None
                and len(ids) != max_length
            ):
                gap = max_length - len(ids)
                for key, fill in (("attention_mask", 0), ("position_ids", 0), ("input_ids", self.pad_token_id)):
                    if key in encoded:
                        encoded[key] = [fill] * gap + encoded[key]
            return encoded

    tokenizer = Stub(padding_side="left")
    tokenizer.add_special_tokens({"pad_token": "\x00"})
    type(tokenizer).pad_token_id = property(lambda self: SPECIAL["<|endoftext|>"])
    return tokenizer


def tool_text(tool):
    """One tool of the published prompt: which keys are read and how; its words are not copied."""
    if tool["type"] == "function":
        return f"\n\n## {tool['function']['name']}\n\n{json.dumps(tool['function'], ensure_ascii=False, indent=4)}"
    if tool["type"] in ("python", "simple_browser", "cogview"):
        return f"\n\n## {tool['type']}\n\n"
    raise NotImplementedError(f"Unknown tool type {tool['type']}")


def make_model(vision):
    import torch
    from transformers import GlmConfig, GlmForCausalLM

    class WithImages(GlmForCausalLM):
        def forward(self, input_ids=None, attention_mask=None, position_ids=None, images=None, **kwargs):
            for row in input_ids.tolist() if images is not None else ():
                boi, eoi = row.index(BOI), row.index(EOI)
                assert eoi - boi == 2
            return super().forward(
                input_ids=input_ids, attention_mask=attention_mask, position_ids=position_ids, **kwargs
            )

        def prepare_inputs_for_generation(self, input_ids, images=None, **kwargs):
            return super().prepare_inputs_for_generation(input_ids, **kwargs)

    torch.manual_seed(0)
    config = GlmConfig(vocab_size=151552, hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2,
                       num_key_value_heads=1, head_dim=8, pad_token_id=151329, eos_token_id=151329)  # fmt: skip
    return (WithImages if vision else GlmForCausalLM)(config)


def script(name):
    folder = os.path.join(os.environ["FIDELITY_SOURCE"], "finetune")
    spec = importlib.util.spec_from_file_location(name, os.path.join(folder, name + ".py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def text_of(ids):
    """Token ids as text: bytes and the names of special tokens."""
    out, run = "", b""
    for token in ids:
        if 0 <= token < 256:
            run += bytes([token])
        else:
            out, run = out + run.decode("utf-8", "replace") + NAMES.get(token, f"<{token}>"), b""
    return out + run.decode("utf-8", "replace")


def said(message, image=False):
    """A message as the published format writes it."""
    triple = "<|begin_of_image|><|endoftext|><|end_of_image|>" if image else ""
    tools = message.get("tools") if isinstance(message.get("tools"), list) else []
    system = "<|system|>\n" + "".join(map(tool_text, tools)) if tools else ""
    if tools and not message.get("content"):
        return system
    return f"{system}<|{message['role']}|>{message.get('metadata') or ''}\n{triple}{message.get('content') or ''}"


class Script:
    """One script with its stub tokenizer and tiny model."""

    def __init__(self, vision):
        from transformers import GenerationConfig, Seq2SeqTrainingArguments

        self.vision = vision
        self.module = script("finetune_vision" if vision else "finetune")
        self.tokenizer = make_tokenizer(vision)
        self.lead = {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}
        out = tempfile.mkdtemp(dir=os.getcwd())
        args = Seq2SeqTrainingArguments(
            output_dir=out, predict_with_generate=True, remove_unused_columns=False, report_to=[], use_cpu=True,
            generation_config=GenerationConfig(max_new_tokens=1, pad_token_id=151329, eos_token_id=[151329, EOS, 151338]),
        )  # fmt: skip
        collator = self.module.DataCollatorForSeq2Seq(tokenizer=self.tokenizer, padding="longest", return_tensors="pt")
        self.trainer = self.module.Seq2SeqTrainer(model=make_model(vision), args=args, data_collator=collator)
        self.seen = {}

    def functions(self, settings):
        given = {
            "tokenizer": self.tokenizer, "combine": settings.get("combine", True),
            "max_input_length": int(settings.get("max_input_length", LONG)),
            "max_output_length": int(settings.get("max_output_length", LONG)),
        }  # fmt: skip
        return (functools.partial(f, **given) for f in (self.module.process_batch, self.module.process_batch_eval))

    def run(self, case, answer):
        train, evaluate = self.functions(case["settings"])
        self.trainer.args.predict_with_generate = case["settings"].get("predict_with_generate", True)
        files = {"train": "train_file", "validation": "val_file", "test": "test_file"}
        try:
            config = self.module.DataConfig(**{files[split]: name for split, name in case["splits"].items()})
            manager = self.module.DataManager(case["folder"], config)
        except Exception as error:
            answer.crash("load", error)
            return
        for split in case["splits"]:
            rows = manager._get_dataset(split)
            spoken = serve.records(os.path.join(case["folder"], case["splits"][split]))
            if spoken is not None and len(spoken) != len(rows):
                answer.event("corrupt", "load", split, None, detail=f"{len(spoken)} records became {len(rows)} rows")
                spoken = None
            function, before = train if split == "train" else evaluate, len(answer.events)
            for index in range(len(rows)):
                self.record(answer, split, index, rows, spoken and spoken[index], function)
            if "input_ids" not in rows.column_names and not any(e["effect"] == "crash" for e in answer.events[before:]):
                try:
                    manager.get_dataset(split, function)
                except Exception as error:  # the whole split, mapped as the script does it
                    answer.crash("map", error, split)

    def record(self, answer, split, index, rows, spoken, function):
        """One record from the loaded rows through mapping, collating and one step."""
        at = (split, index)
        training = split == "train"
        tokenized = isinstance(spoken, dict) and "input_ids" in spoken
        try:
            batch = serve.plain(rows[index : index + 1])
        except Exception as error:
            answer.crash("map", error, *at)
            return
        clean = spoken is None or serve.same(spoken, {k: v[0] for k, v in batch.items()})
        before = len(answer.events)
        if tokenized:
            outputs = [{key: value[0] for key, value in batch.items()}]
            if training and outputs[0].get("labels") and all(x == -100 for x in flat(outputs[0]["labels"])):
                answer.event("starve", "step", *at)
        else:
            leads = 0
            if (
                "messages" in batch
            ):  # a good record beside it, as in a map batch: the functions delete variables at the end
                leads = 1
                batch = {"messages": [serve.plain(list(self.lead)), *batch["messages"]]}
            try:
                made = function(batch)
            except Exception as error:
                answer.crash("map", error, *at)
                return
            outputs = [{k: listed(v[i]) for k, v in made.items()} for i in range(leads, len(made["input_ids"]))]
            if not outputs:
                answer.event("drop", "map", *at)
                return
            self.compare(answer, at, training, outputs, spoken, "map" if clean else "load")
        if len(answer.events) == before:
            key = repr((training, at[0] == "test", self.trainer.args.predict_with_generate, outputs))
            if key not in self.seen:  # most records of most cases are alike: one step for all
                self.seen[key] = self.step(training, at[0] == "test", outputs)
            stage, error, nan = self.seen[key]
            if error is not None:
                answer.crash(stage, error, *at)
            elif nan:
                answer.event("starve", stage, *at, detail="loss: nan")

    def compare(self, answer, at, training, outputs, spoken, stage):
        """Is what the functions made what the record says?"""
        if not isinstance(spoken, dict) or not isinstance(spoken.get("messages"), list):
            return
        messages = [m for m in spoken["messages"] if isinstance(m, dict)]
        combine = self.trainer is not None and not self.vision and answer.case["settings"].get("combine", True)
        if self.vision and messages and not messages[0].get("image"):
            answer.note("a record without an image is given a black one, on purpose (finetune_vision.py:257, 335)")
        for message in messages:
            if not message.get("content") and message.get("role") in ("assistant", "system"):
                answer.note(f"a blank {message.get('role')} message is left out by the tokenizer")
        shown = [
            m
            for i, m in enumerate(messages)
            if m.get("content") or m.get("tools") or m.get("role") == "user" or (self.vision and not i)
        ]
        whole = [said(m, self.vision and m is messages[0]) for m in shown]
        answers = [m["content"] for m in shown if m.get("role") == "assistant" and m.get("content")]
        if any(not str(a).strip() for a in (answers[-1:] if combine else answers)):
            answer.event(
                "corrupt", "map", *at, detail="an answer without a visible character is what is learned or asked for"
            )
            return
        if training:
            row = outputs[0]
            if text_of(row["input_ids"]) != "[gMASK]<sop>" + "".join(whole) + "<|user|>":
                answer.event("corrupt", stage, *at, detail="prompt: " + text_of(row["input_ids"]))
                return
            trained = [t for t in row["labels"] if t != -100]
            if not trained:
                answer.event("starve", "map", *at)
                return
            wanted = answers[-1:] if combine else answers
            learned = "".join(text_of([t]) if t > 255 else chr(t) for t in trained if t in (BOI, EOI) or t < 256)
            head = "" if combine else "\n"  # the mask is shifted by one (finetune.py:260)
            if learned.encode("latin-1", "replace") != "".join(f"{head}{a}" for a in wanted).encode():
                answer.event("corrupt", "map", *at, detail="trained: " + text_of(trained))
            return
        wanted = answers[-1:] if combine else answers
        got = [text_of(row["output_ids"]) for row in outputs]
        head = "<|assistant|>" if combine else ""
        if got != [f"{head}\n{a}<|user|>" for a in wanted]:
            answer.event("corrupt", stage, *at, detail=f"reference answers: {got}")
            return
        full = "[gMASK]<sop>" + "".join(whole)
        for row in outputs:
            prompt = text_of(row["input_ids"])
            if not (
                prompt == full + "[gMASK]" if combine else full.startswith(prompt) and prompt.endswith("<|assistant|>")
            ):
                answer.event("corrupt", stage, *at, detail="prompt: " + prompt)
                return
        if combine:
            answer.note("combine: true evaluates on a prompt that holds the answer (finetune.py:298)")

    def step(self, training, test, outputs):
        """Collate and one loss (train) or one prediction_step (eval): the stage reached, what was raised, a loss of nan."""
        import torch

        stage = "collate"
        try:
            batch = self.trainer.data_collator([serve.plain(row) for row in outputs])
            stage = "step" if training else ("predict" if test else "eval")
            inputs = self.trainer._prepare_inputs(batch.to("cpu"))
            if training:
                return stage, None, bool(torch.isnan(self.trainer.compute_loss(self.trainer.model, inputs)))
            self.trainer.prediction_step(self.trainer.model, inputs, prediction_loss_only=False)
        except Exception as error:
            return stage, error, False
        return stage, None, False


def listed(value):
    """A cell as Arrow gives it back."""
    return value.tolist() if hasattr(value, "tolist") else value


def flat(value):
    for item in value:
        if isinstance(item, list):
            yield from flat(item)
        else:
            yield item


def make(stack):
    import datasets

    datasets.disable_caching()
    datasets.disable_progress_bars()
    scripts = {}

    def run(case, answer):
        vision = case["target"] == "glm-4v"
        if case["settings"].get("chat_template") == "jinja":
            answer.skipped = "a template of model weights that are not at hand; its rules are tested by hand"
            return
        if vision not in scripts:
            scripts[vision] = Script(vision)
        os.environ["HF_DATASETS_CACHE"] = os.getcwd()
        scripts[vision].run(case, answer)

    versions = ("datasets", "transformers", "torch", "accelerate", "tiktoken")
    return {p: importlib.metadata.version(p) for p in versions}, STUBS, run


if __name__ == "__main__":
    sys.exit(serve.main(make))
