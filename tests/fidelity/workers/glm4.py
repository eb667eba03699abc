"""The GLM-4 repository's finetune.py and finetune_vision.py, run from a checkout (FIDELITY_SOURCE).

Real: loading, process_batch, process_batch_eval, collator, prediction_step, one training loss. Stubbed: see STUBS.
"""

import functools
import importlib.metadata
import importlib.util
import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from glm4_stubs import BOI, EOI, EOS, NAMES, make_model, make_tokenizer, tool_text  # noqa: I001
import tokenized
import serve

STUBS = [
    "tokenizer: bytes in place of the BPE ranks; special ids, role header, tools, image triple and padding as in the published"
    " tokenization_chatglm.py of glm-4-9b-chat and glm-4v-9b (get_prefix_tokens, build_single_message, apply_chat_template, _pad)",
    "image transform: Pillow resize to 8 px in place of torchvision's to 1120 px; same TypeError on what is no image",
    "model: a random GlmForCausalLM of one layer; for glm-4v it checks the image token pair as modeling_chatglm.py does",
]
LONG = 100000  # limits so wide that no clean record is cut; a case may set its own


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
        manager = None  # tokenized rows are not read by the scripts: each split stands for what one map gave back
        if case["dialect"] != "tokenized":
            try:
                config = self.module.DataConfig(**{files[split]: name for split, name in case["splits"].items()})
                manager = self.module.DataManager(case["folder"], config)
            except Exception as error:
                answer.crash("load", error)
                return
        for split in case["splits"]:
            rows = manager._get_dataset(split) if manager is not None else tokenized.alone(answer, split)
            if rows is None:
                continue
            spoken = serve.records(os.path.join(case["folder"], case["splits"][split]))
            if spoken is not None and len(spoken) != len(rows):
                answer.event("corrupt", "load", split, None, detail=f"{len(spoken)} records became {len(rows)} rows")
                spoken = None
            function, before = train if split == "train" else evaluate, len(answer.events)
            for index in range(len(rows)):
                self.record(answer, split, index, rows, spoken and spoken[index], function)
            if manager is not None and not any(e["effect"] == "crash" for e in answer.events[before:]):
                try:
                    manager.get_dataset(split, function)
                except Exception as error:  # the whole split, mapped as the script does it
                    answer.crash("map", error, split)

    def record(self, answer, split, index, rows, spoken, function):
        """One record from the loaded rows through mapping, collating and one step."""
        at = (split, index)
        training = split == "train"
        before = len(answer.events)
        if answer.case["dialect"] == "tokenized":
            outputs = tokenized.batch(answer, rows, at)
            if outputs is None:
                return
        else:
            try:
                batch = serve.plain(rows[index : index + 1])
            except Exception as error:
                answer.crash("map", error, *at)
                return
            clean = spoken is None or serve.same(spoken, {k: v[0] for k, v in batch.items()})
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
        """Whether what the functions made is what the record says."""
        if not isinstance(spoken, dict) or not isinstance(spoken.get("messages"), list):
            return
        messages = [m for m in spoken["messages"] if isinstance(m, dict)]
        if self.vision and messages and isinstance(messages[0].get("image"), str) and messages[0]["image"]:
            seen = self.tokenizer.image(serve.faithful(messages[0]["image"])).tolist()
            if any(row["images"] != seen for row in outputs):
                answer.event("corrupt", "map", *at, detail="the pixels are not those of the picture held upright")
                return
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
