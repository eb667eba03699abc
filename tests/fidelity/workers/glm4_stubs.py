"""What stands in for the files of a GLM-4 checkpoint: a tokenizer with the published rules, a model of one layer."""

import json
import types

SPECIAL = {"<|endoftext|>": 151329, "[gMASK]": 151331, "<sop>": 151333, "<|system|>": 151335, "<|user|>": 151336,
           "<|assistant|>": 151337, "<|observation|>": 151338, "<|begin_of_image|>": 151339, "<|end_of_image|>": 151340}  # fmt: skip
NAMES = {number: name for name, number in SPECIAL.items()}
BOI, EOI, ASSISTANT, EOS = 151339, 151340, 151337, 151336


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
            if not isinstance(conversation, list) or not any(
                all(isinstance(i, kind) for i in conversation) for kind in (dict, list)
            ):
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
                    ids += self.single(item["role"], item.get("metadata", ""), message, prefix)
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
        transformer = types.SimpleNamespace(vision=torch.nn.Linear(1, 1))  # what freezeV freezes

        def forward(
            self, input_ids=None, images=None, position_ids=None, attention_mask=None, past_key_values=None, labels=None, **kwargs
        ):  # fmt: skip
            for row in input_ids.tolist() if images is not None else ():
                boi, eoi = row.index(BOI), row.index(EOI)
                assert eoi - boi == 2
            return super().forward(
                input_ids=input_ids, attention_mask=attention_mask, position_ids=position_ids, past_key_values=past_key_values,
                labels=labels, **kwargs,
            )  # fmt: skip

        def prepare_inputs_for_generation(self, input_ids, images=None, **kwargs):
            return super().prepare_inputs_for_generation(input_ids, **kwargs)

    torch.manual_seed(0)
    config = GlmConfig(vocab_size=151552, hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2,
                       num_key_value_heads=1, head_dim=8, pad_token_id=151329, eos_token_id=151329)  # fmt: skip
    return (WithImages if vision else GlmForCausalLM)(config)
