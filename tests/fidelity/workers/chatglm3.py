"""The ChatGLM3 repository's finetune_hf.py, run from a checkout (FIDELITY_SOURCE).

Real: loading, process_batch, process_batch_eval, collator, one training loss, one prediction_step. Stubbed: see STUBS.
"""

import functools
import importlib.metadata
import importlib.util
import os
import sys
import tempfile
import types

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tokenized  # noqa: I001
import serve

STUBS = [
    "tokenizer: bytes in place of the sentencepiece model; special ids (SPTokenizer), role header (build_single_message), the"
    " assertion that content is text (encode) and padding (_pad) as in the published tokenization_chatglm.py of chatglm3-6b",
    "model: a random LlamaForCausalLM of one layer whose forward takes the arguments of modeling_chatglm.py of chatglm3-6b",
]
LONG = 100000  # limits so wide that no clean record is cut
FIRST = 64789
NAMES = ("[MASK]", "[gMASK]", "[sMASK]", "sop", "eop", "<|system|>", "<|user|>", "<|assistant|>", "<|observation|>")
SPECIAL = {name: FIRST + place for place, name in enumerate(NAMES)}
SHOWN = {2: "</s>", **{number: name for name, number in SPECIAL.items()}}


def make_tokenizer():
    from transformers import PreTrainedTokenizer

    class Stub(PreTrainedTokenizer):
        model_input_names = ("input_ids", "attention_mask", "position_ids")
        tokenizer = types.SimpleNamespace(index_special_tokens=SHOWN)  # what _sanity_check prints from

        pad_token, pad_token_id = property(lambda self: "<unk>"), property(lambda self: 0)
        eos_token, eos_token_id = property(lambda self: "</s>"), property(lambda self: 2)

        @property
        def vocab_size(self):
            return FIRST + len(NAMES)

        def get_vocab(self):
            return {chr(i): i + 3 for i in range(256)}

        def _convert_id_to_token(self, index):
            return chr(index) if index >= 0 else ""

        def get_command(self, token):
            return SPECIAL[token]

        def encode(self, text):  # no BOS and no EOS, and nothing but text
            assert type(text) is str
            return [byte + 3 for byte in text.encode()]

        def build_single_message(self, role, metadata, message):
            assert role in ["system", "user", "assistant", "observation"], role
            return [SPECIAL[f"<|{role}|>"], *self.encode(f"{metadata}\n"), *self.encode(message)]

        def _pad(self, encoded, max_length=None, padding_strategy=None, pad_to_multiple_of=None, **_):
            ids = encoded["input_ids"]
            encoded.setdefault("attention_mask", [1] * len(ids))
            encoded.setdefault("position_ids", list(range(len(ids))))
            gap = (max_length or 0) - len(ids)
            if getattr(padding_strategy, "value", "") != "do_not_pad" and gap > 0:
                for key in self.model_input_names:
                    encoded[key] = [0] * gap + encoded[key]
            return encoded

    return Stub(padding_side="left")


def make_model():
    """A tiny model under the name, and with the arguments of forward, that users see in errors."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    class ChatGLMForConditionalGeneration(LlamaForCausalLM):
        def forward(
            self, input_ids=None, position_ids=None, attention_mask=None, past_key_values=None, inputs_embeds=None, labels=None,
            use_cache=None, output_attentions=None, output_hidden_states=None, return_dict=None, return_last_logit=False,
        ):  # fmt: skip
            return super().forward(
                input_ids=input_ids, position_ids=position_ids, attention_mask=attention_mask, past_key_values=past_key_values,
                inputs_embeds=inputs_embeds, labels=labels, use_cache=use_cache, return_dict=return_dict,
            )  # fmt: skip

        def prepare_inputs_for_generation(self, input_ids, **kwargs):
            made = super().prepare_inputs_for_generation(input_ids, **kwargs)
            return {key: value for key, value in made.items() if key != "cache_position"}

    ChatGLMForConditionalGeneration.forward.__qualname__ = "ChatGLMForConditionalGeneration.forward"  # as errors say it
    torch.manual_seed(0)
    return ChatGLMForConditionalGeneration(
        LlamaConfig(vocab_size=65024, hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2, pad_token_id=0, eos_token_id=2)
    )  # fmt: skip


def text_of(ids):
    """Token ids as text: bytes and the names of special tokens."""
    out, run = "", b""
    for token in ids:
        if 3 <= token < 259:
            run += bytes([token - 3])
        else:
            out, run = out + run.decode("utf-8", "replace") + SHOWN.get(token, f"<{token}>"), b""
    return out + run.decode("utf-8", "replace")


class Script:
    """The script with its stub tokenizer and a tiny model."""

    def __init__(self):
        from transformers import GenerationConfig, Seq2SeqTrainingArguments

        path = os.path.join(os.environ["FIDELITY_SOURCE"], "finetune_demo", "finetune_hf.py")
        spec = importlib.util.spec_from_file_location("finetune_hf", path)
        self.module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.module)
        self.tokenizer = make_tokenizer()
        args = Seq2SeqTrainingArguments(
            output_dir=tempfile.mkdtemp(dir=os.getcwd()), predict_with_generate=True, remove_unused_columns=False,
            report_to=[], use_cpu=True, generation_config=GenerationConfig(max_new_tokens=1, pad_token_id=0, eos_token_id=2),
        )  # fmt: skip
        collator = self.module.DataCollatorForSeq2Seq(tokenizer=self.tokenizer, padding="longest", return_tensors="pt")
        self.trainer = self.module.Seq2SeqTrainer(model=make_model(), args=args, data_collator=collator)
        given = {"tokenizer": self.tokenizer, "max_input_length": LONG, "max_output_length": LONG}
        self.seen = {}
        self.train = functools.partial(self.module.process_batch, **given)
        self.evaluate = functools.partial(self.module.process_batch_eval, **given)

    def run(self, case, answer):
        if case["dialect"] == "tokenized":
            self.tokenized(case, answer)
            return
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
            function, before = self.train if split == "train" else self.evaluate, len(answer.events)
            for index in range(len(rows)):
                self.record(answer, split, index, rows, spoken and spoken[index], function)
            if not any(event["effect"] == "crash" for event in answer.events[before:]):
                try:
                    made = manager.get_dataset(split, function)
                    if split == "validation":
                        made.select(list(range(50)))  # what main() hands to the trainer
                except Exception as error:  # the whole split, mapped as the script does it
                    answer.crash("map", error, split)

    def tokenized(self, case, answer):
        """Rows as the functions would have made them."""
        for split in case["splits"]:
            rows = tokenized.alone(answer, split)
            for index in range(len(rows) if rows is not None else 0):
                before = len(answer.events)
                outputs = tokenized.batch(answer, rows, (split, index))
                if outputs is not None and len(answer.events) == before:
                    self.step(answer, (split, index), outputs)

    def record(self, answer, split, index, rows, spoken, function):
        """One record from the loaded rows through mapping and, in training, collating and a loss."""
        at = (split, index)
        try:
            batch = serve.plain(rows[index : index + 1])
        except Exception as error:
            answer.crash("map", error, *at)
            return
        clean = spoken is None or serve.same(spoken, {key: value[0] for key, value in batch.items()})
        before = len(answer.events)
        try:
            made = function(batch)
        except Exception as error:
            answer.crash("map", error, *at)
            return
        outputs = [{key: list(value[i]) for key, value in made.items()} for i in range(len(made["input_ids"]))]
        if not outputs:
            answer.event("drop", "map", *at)
            return
        self.compare(answer, at, split == "train", outputs, spoken, "map" if clean else "load")
        if len(answer.events) == before:
            self.step(answer, at, outputs)

    def compare(self, answer, at, training, outputs, spoken, stage):
        """Whether what the functions made is what the record says."""
        if not isinstance(spoken, dict) or not isinstance(spoken.get("conversations"), list):
            return
        turns = [m for m in spoken["conversations"] if isinstance(m, dict)]
        said = [f"<|{m.get('role')}|>\n{m.get('content')}" for m in turns]
        answers = [str(m.get("content")) for m in turns if m.get("role") == "assistant"]
        if any(not text.strip() for text in answers):
            answer.event("corrupt", "map", *at, detail="an answer without a visible character is learned or asked for")
            return
        whole = "[gMASK]sop" + "".join(said)
        if training:
            row = outputs[0]
            trained = [token for token in row["labels"] if token != -100]
            if text_of(row["input_ids"]) != whole + "</s>":
                answer.event("corrupt", stage, *at, detail="prompt: " + text_of(row["input_ids"]))
            elif not trained:
                answer.event("starve", "map", *at)
            return
        got = [text_of(row["output_ids"]) for row in outputs]
        prompts = [text_of(row["input_ids"]) for row in outputs]
        if got != [f"\n{text}</s>" for text in answers]:
            answer.event("corrupt", stage, *at, detail=f"reference answers: {got}")
        elif not all(whole.startswith(prompt) and prompt.endswith("<|assistant|>") for prompt in prompts):
            answer.event("corrupt", stage, *at, detail=f"prompts: {prompts}")

    def step(self, answer, at, outputs):
        """Collate and one loss (train) or one prediction_step."""
        import torch

        key = repr((at[0], outputs))
        if (
            key in self.seen
        ):  # most records of most cases are alike: one step for all, and those that went well are kept
            return
        stage = "collate"
        try:
            batch = self.trainer.data_collator([serve.plain(row) for row in outputs])
            stage = {"train": "step", "test": "predict"}.get(at[0], "eval")
            inputs = self.trainer._prepare_inputs(batch.to("cpu"))
            if at[0] == "train":
                loss = self.trainer.compute_loss(self.trainer.model, inputs)
            else:
                self.trainer.prediction_step(self.trainer.model, inputs, prediction_loss_only=False)
                loss = torch.zeros(())
        except Exception as error:
            answer.crash(stage, error, *at)
            return
        if torch.isnan(loss):
            answer.event("starve", stage, *at, detail="loss: nan")
        else:
            self.seen[key] = True


def make(stack):
    import datasets

    datasets.disable_caching()
    datasets.disable_progress_bars()
    os.environ["HF_HUB_OFFLINE"] = "1"
    scripts = []

    def run(case, answer):
        if not scripts:
            scripts.append(Script())
        os.environ["HF_DATASETS_CACHE"] = os.getcwd()
        scripts[0].run(case, answer)

    versions = ("datasets", "transformers", "torch", "accelerate")
    return {package: importlib.metadata.version(package) for package in versions}, STUBS, run


if __name__ == "__main__":
    sys.exit(serve.main(make))
