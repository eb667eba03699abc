"""Draw the small datasets under examples/: good ones in every dialect, broken ones with one fault each.

Run from the repository: ``python scripts/make_examples.py``. Everything is made from fixed seeds, so a second run writes
the same records; nothing here is anybody's data.
"""

from __future__ import annotations

import copy
import json
import random
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent / "examples"
Row = dict[str, Any]

ASKS = [
    ("怎样给绿萝浇水？", "表土两厘米干了再浇，浇透，盆底不要积水。"),
    ("What does a checksum protect against?", "Against accidental change: a flipped bit gives another sum."),
    ("把“早上好”翻译成英文。", "Good morning."),
    ("Name three prime numbers above 20.", "23, 29 and 31."),
    ("写一句关于秋天的话。", "风一吹，银杏叶就把整条街铺成了金色。"),
    ("How long does a green tea steep?", "Two to three minutes in water of about 80 °C."),
    ("一公里等于多少米？", "1000 米。"),
    ("Why is the sky blue?", "Air scatters short wavelengths of sunlight more than long ones."),
    ("列出两种可再生能源。", "风能和太阳能。"),
    ("What is the capital of Kenya?", "Nairobi."),
    ("如何快速记住一个电话号码？", "把它分成三段，每段配一个熟悉的画面。"),
    ("Give a synonym of 'quick'.", "Swift."),
]
COLORS = (
    "#c8372d", "#2e8b57", "#2f5da8", "#eeeeee", "#f08c1b", "#e8c21c", "#7b3fa0", "#3fa09a", "#a03f6b", "#8a8f3c",
)  # fmt: skip
TOOLS: list[Row] = [
    {
        "name": "weather",
        "description": "Weather of a city.",
        "parameters": {
            "type": "object",
            "required": ["city"],
            "properties": {"city": {"type": "string"}, "day": {"type": "string", "enum": ["today", "tomorrow"]}},
        },
    },
    {
        "name": "convert",
        "description": "把一个数从一种单位换算成另一种。",
        "parameters": {
            "type": "object",
            "required": ["value", "from", "to"],
            "properties": {"value": {"type": "number"}, "from": {"type": "string"}, "to": {"type": "string"}},
        },
    },
]
USES: list[tuple[str, str, Row, str, str]] = [
    (
        "Will I need an umbrella in Bergen?",
        "weather",
        {"city": "Bergen", "day": "today"},
        "rain",
        "Yes, it rains in Bergen.",
    ),
    ("明天杭州天气怎么样？", "weather", {"city": "Hangzhou", "day": "tomorrow"}, "sunny, 21", "明天杭州晴，21 度。"),
    ("三英里是多少公里？", "convert", {"value": 3, "from": "mile", "to": "km"}, "4.83", "约 4.83 公里。"),
    ("How many ounces are 250 grams?", "convert", {"value": 250, "from": "g", "to": "oz"}, "8.8", "About 8.8 ounces."),
]
SIGHTS = ["a red bus", "two green chairs", "a blue door", "一只白猫", "三个橙子", "a yellow kite"]


def talk(index: int) -> tuple[str, str]:
    """Question and answer number ``index``, all different."""
    ask, answer = ASKS[index % len(ASKS)]
    return (ask, answer) if index < len(ASKS) else (f"{ask} ({index})", f"{answer} [{index}]")


def glm(index: int) -> Row:
    """A GLM-4 chat, every third with a system message, every second with two rounds."""
    messages = [{"role": "system", "content": "你是一位耐心的助手。"}] if index % 3 == 0 else []
    rounds = 2 if index % 2 else 1
    for number in range(rounds):
        ask, answer = talk(index * 2 + number)
        messages += [{"role": "user", "content": ask}, {"role": "assistant", "content": answer}]
    return {"messages": messages}


def chatglm3(index: int) -> Row:
    """A chat for ChatGLM3: the same turns under another key."""
    return {"conversations": glm(index)["messages"]}


def picture(index: int) -> str:
    """The picture of a record: six for training, four of their own for evaluation, which begins at 12."""
    return f"images/{index % 6 if index < 12 else 6 + index % 4:02d}.png"


def glm4v(index: int) -> Row:
    """A GLM-4V chat: one image, on the first message."""
    ask, answer = talk(index + 40)
    sight = SIGHTS[index % len(SIGHTS)]
    return {
        "messages": [
            {"role": "user", "content": f"图里有什么？ #{index}", "image": picture(index)},
            {"role": "assistant", "content": sight},
            {"role": "user", "content": ask},
            {"role": "assistant", "content": answer},
        ]
    }


def sharegpt(index: int) -> Row:
    """A ShareGPT chat as LLaMA-Factory reads it by default."""
    ask, answer = talk(index + 80)
    return {"conversations": [{"from": "human", "value": ask}, {"from": "gpt", "value": answer}]}


def mllm(index: int) -> Row:
    """Messages with images beside them and one ``<image>`` each: LLaMA-Factory and ms-swift."""
    sight = SIGHTS[index % len(SIGHTS)]
    return {
        "messages": [
            {"role": "user", "content": f"<image>What do you see? #{index}"},
            {"role": "assistant", "content": f"I see {sight}."},
        ],
        "images": [picture(index)],
    }


def alpaca(index: int) -> Row:
    """An instruction with an answer."""
    ask, answer = talk(index + 120)
    return {"instruction": ask, "input": "" if index % 2 else f"No. {index}", "output": answer}


def parts(index: int) -> Row:
    """OpenAI-style content parts with an image part, as TRL takes them: the files stand in ``images``."""
    ask, answer = talk(index + 160)
    return {
        "messages": [
            {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": ask}]},
            {"role": "assistant", "content": [{"type": "text", "text": answer}]},
        ],
        "images": [picture(index)],
    }


def use(index: int, kinds: int = len(USES)) -> tuple[str, str, Row, str, str]:
    """Question, tool, arguments, result and answer number ``index`` of the first ``kinds``, all different."""
    ask, name, arguments, result, answer = USES[index % kinds]
    return (ask if index < kinds else f"{ask} ({index})"), name, arguments, result, answer


def wrapped() -> list[Row]:
    """The tools as the OpenAI API writes them."""
    return [{"type": "function", "function": tool} for tool in TOOLS]


def glm_tools(index: int) -> Row:
    """A GLM-4 chat with a tool on an empty system message; the answer that calls names its tool.

    One tool for all, and metadata on every message: before datasets 4.7 each tool would be given the properties of the others,
    and each message without metadata a null, which the tokenizer writes out.
    """
    ask, name, arguments, result, answer = use(index, 2)
    return {
        "messages": [
            {"role": "system", "metadata": "", "content": "", "tools": wrapped()[:1]},
            {"role": "user", "metadata": "", "content": ask},
            {"role": "assistant", "metadata": name, "content": json.dumps(arguments)},
            {"role": "observation", "metadata": "", "content": result},
            {"role": "assistant", "metadata": "", "content": answer},
        ]
    }


def sharegpt_tools(index: int) -> Row:
    """A ShareGPT conversation with tools as text, for LLaMA-Factory."""
    ask, name, arguments, result, answer = use(index)
    turns = [
        ("human", ask),
        ("function_call", json.dumps({"name": name, "arguments": arguments})),
        ("observation", result),
        ("gpt", answer),
    ]
    return {
        "conversations": [{"from": role, "value": text} for role, text in turns],
        "tools": json.dumps(TOOLS, ensure_ascii=False),
    }


def swift_tools(index: int) -> Row:
    """Messages with tools as text, for ms-swift."""
    ask, name, arguments, result, answer = use(index)
    turns = [
        ("user", ask),
        ("tool_call", json.dumps({"name": name, "arguments": arguments})),
        ("tool_response", result),
        ("assistant", answer),
    ]
    return {
        "messages": [{"role": role, "content": text} for role, text in turns],
        "tools": json.dumps(wrapped(), ensure_ascii=False),
    }


def tokens(index: int, kind: str = "train", *, vision: bool = False) -> Row:
    """A row as the GLM-4 repository's preprocessing makes it; pixels are shrunk to 3x2x2."""
    rng = random.Random(index)
    ask = [rng.randrange(1000, 90000) for _ in range(rng.randrange(4, 9))]
    answer = [rng.randrange(1000, 90000) for _ in range(rng.randrange(3, 7))]
    image = [151339, 151329, 151340] if vision else []
    prompt = [151331, 151333, 151336, *image, 198, *ask, 151337]
    row: Row = {}
    if kind == "train":
        ids = [*prompt, 198, *answer, 151336]
        row["input_ids"] = ids
        row["labels"] = [-100] * len(prompt) + [198, *answer, 151336]
        if vision:
            row["labels"] = [-100] * (len(prompt) - 1) + [151337, 198, *answer, -100]
    else:
        ids = prompt
        row["input_ids"] = ids
        row["output_ids"] = [198, *answer, 151336]
    if vision:
        row["attention_mask"] = [1] * len(ids)
        row["position_ids"] = list(range(len(ids)))
        row["images"] = [[[rng.random() for _ in range(2)] for _ in range(2)] for _ in range(3)]
    return row


def lines(path: Path, rows: Iterable[Row]) -> None:
    """Write JSON lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


def parquet(path: Path, rows: list[Row]) -> None:
    """Write parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path.parent.mkdir(parents=True, exist_ok=True)
    fields = []
    for name, value in rows[0].items():
        deep = pa.list_(pa.list_(pa.list_(pa.float32()))) if name == "images" else pa.list_(pa.int64())
        fields.append(pa.field(name, deep if isinstance(value, list) else pa.string()))
    pq.write_table(pa.Table.from_pylist(rows, schema=pa.schema(fields)), path)


def images(folder: Path, count: int = 10) -> None:
    """Draw small pictures."""
    from PIL import Image, ImageDraw

    folder.mkdir(parents=True, exist_ok=True)
    for number, color in enumerate(COLORS[:count]):
        drawn = Image.new("RGB", (96, 64), "#20242a")
        left = 20 + 4 * (number % 6)
        ImageDraw.Draw(drawn).ellipse((left, 12, left + 40, 52), fill=color)
        drawn.save(folder / f"{number:02d}.png", optimize=True)


def yaml_chatglm3(path: Path) -> None:
    """A finetune config of the ChatGLM3 repository, likewise."""
    path.write_text(
        "data_config:\n  train_file: train.json\n  val_file: dev.json\n  num_proc: 1\n"
        "max_input_length: 256\nmax_output_length: 512\n"
        "training_args:\n  output_dir: ./output\n  max_steps: 3000\n  evaluation_strategy: steps\n  eval_steps: 500\n"
        "  save_steps: 500\n  predict_with_generate: true\n  remove_unused_columns: false\n"
        "  generation_config:\n    max_new_tokens: 512\n",
        "utf-8",
    )


def yaml(path: Path, suffix: str = "jsonl") -> None:
    """A finetune config of the GLM-4 repository, cut to what matters for the data."""
    path.write_text(
        f"data_config:\n  train_file: train.{suffix}\n  val_file: dev.{suffix}\n  num_proc: 1\n"
        "combine: True\nfreezeV: True\nmax_input_length: 512\nmax_output_length: 512\n"
        "training_args:\n  output_dir: ./output\n  max_steps: 3000\n  eval_strategy: steps\n  eval_steps: 500\n"
        "  save_steps: 500\n  predict_with_generate: true\n  remove_unused_columns: false\n"
        "  generation_config:\n    max_new_tokens: 512\n",
        "utf-8",
    )


def stanza(path: Path, name: str, body: Row) -> None:
    """A dataset_info.json with one stanza."""
    path.write_text(json.dumps({name: body}, ensure_ascii=False, indent=2) + "\n", "utf-8")


SHARE_TAGS = {
    "role_tag": "role",
    "content_tag": "content",
    "user_tag": "user",
    "assistant_tag": "assistant",
    "system_tag": "system",
}
MLLM = {
    "file_name": "photos.json",
    "formatting": "sharegpt",
    "columns": {"messages": "messages", "images": "images"},
    "tags": SHARE_TAGS,
}


def array(path: Path, rows: Iterable[Row]) -> None:
    """Write a JSON array, as LLaMA-Factory's own files are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(list(rows), ensure_ascii=False, indent=2) + "\n", "utf-8")


def range_of(make: Callable[..., Row], start: int, stop: int, **more: Any) -> list[Row]:
    """Records ``start`` to ``stop`` of a kind."""
    return [make(index, **more) for index in range(start, stop)]


def good() -> None:
    """One good dataset per dialect and trainer."""
    top = HERE / "good"
    folder = top / "glm-4"
    lines(folder / "train.jsonl", range_of(glm, 0, 12))
    lines(folder / "dev.jsonl", range_of(glm, 12, 16))
    yaml(folder / "lora.yaml")
    folder = top / "chatglm3"
    lines(folder / "train.json", range_of(chatglm3, 0, 12))
    lines(folder / "dev.json", range_of(chatglm3, 12, 48))  # the script evaluates the first 50 answers: here are 54
    yaml_chatglm3(folder / "lora.yaml")
    folder = top / "glm-4v"
    lines(folder / "train.jsonl", range_of(glm4v, 0, 12))
    lines(folder / "dev.jsonl", range_of(glm4v, 12, 16))
    images(folder / "images")
    yaml(folder / "lora.yaml")
    folder = top / "llama-factory"
    array(folder / "chats.json", range_of(sharegpt, 0, 12))
    array(folder / "photos.json", range_of(mllm, 0, 12))
    array(folder / "tasks.json", range_of(alpaca, 0, 12))
    images(folder / "images", 6)
    (folder / "dataset_info.json").write_text(
        json.dumps(
            {
                "chats": {"file_name": "chats.json", "formatting": "sharegpt"},
                "photos": MLLM,
                "tasks": {"file_name": "tasks.json"},
            },
            indent=2,
        )
        + "\n",
        "utf-8",
    )
    folder = top / "ms-swift"
    lines(folder / "train.jsonl", range_of(mllm, 0, 12))
    lines(folder / "val.jsonl", range_of(mllm, 12, 16))
    images(folder / "images")
    folder = top / "trl"
    lines(folder / "train.jsonl", range_of(parts, 0, 12))
    lines(folder / "test.jsonl", range_of(parts, 12, 16))
    images(folder / "images")
    folder = top / "sharegpt"
    lines(folder / "train.jsonl", range_of(sharegpt, 0, 12))
    folder = top / "alpaca"
    array(folder / "train.json", range_of(alpaca, 0, 12))
    folder = top / "tokenized-glm-4v"
    parquet(folder / "train.parquet", range_of(tokens, 0, 12, vision=True))
    parquet(folder / "validation.parquet", [judged(row) for row in range_of(tokens, 12, 16, kind="eval", vision=True)])
    folder = top / "tokenized"
    lines(folder / "train.jsonl", range_of(tokens, 0, 12))
    lines(folder / "validation.jsonl", [judged(row) for row in range_of(tokens, 12, 16, kind="eval")])
    good_tools(top)


def good_tools(top: Path) -> None:
    """Tools and calls as three trainers read them."""
    folder = top / "tools-glm-4"
    lines(folder / "train.jsonl", range_of(glm_tools, 0, 12))
    lines(folder / "dev.jsonl", range_of(glm_tools, 12, 16))
    yaml(folder / "lora.yaml")
    folder = top / "tools-llama-factory"
    array(folder / "calls.json", range_of(sharegpt_tools, 0, 12))
    columns = {"messages": "conversations", "tools": "tools"}
    stanza(
        folder / "dataset_info.json", "calls", {"file_name": "calls.json", "formatting": "sharegpt", "columns": columns}
    )
    folder = top / "tools-ms-swift"
    lines(folder / "train.jsonl", range_of(swift_tools, 0, 12))
    lines(folder / "val.jsonl", range_of(swift_tools, 12, 16))


def judged(row: Row) -> Row:
    """An evaluation row with labels beside output_ids, all masked: nothing is learned or leaked."""
    return {**row, "labels": [-100] * len(row["input_ids"])}


def story() -> None:
    """The dataset of the story: train rows carry labels, validation and test rows carry output_ids."""
    folder = HERE / "keyerror-labels"
    parquet(folder / "train.parquet", range_of(tokens, 0, 120, vision=True))
    parquet(folder / "validation.parquet", range_of(tokens, 120, 136, kind="eval", vision=True))
    parquet(folder / "test.parquet", range_of(tokens, 136, 152, kind="eval", vision=True))
    (folder / "requirements.txt").write_text("transformers==4.46.3\n", "utf-8")


def spoil(name: str, base: str, change: Callable[[Path], None]) -> None:
    """A copy of a good dataset with one fault."""
    folder = HERE / "broken" / name
    shutil.copytree(HERE / "good" / base, folder)
    change(folder)


def edit(file: str, index: int, change: Callable[[Row], Any]) -> Callable[[Path], None]:
    """A fault in one record of a file."""

    def apply(folder: Path) -> None:
        path = folder / file
        text = path.read_text("utf-8")
        whole = text.lstrip().startswith("[")
        rows = json.loads(text) if whole else [json.loads(line) for line in text.splitlines()]
        row = copy.deepcopy(rows[index])
        changed = change(row)
        rows[index] = row if changed is None else changed
        array(path, rows) if whole else lines(path, rows)

    return apply


def table(file: str, index: int, change: Callable[[Row], Any]) -> Callable[[Path], None]:
    """A fault in one row of a parquet file."""

    def apply(folder: Path) -> None:
        import pyarrow.parquet as pq

        rows = pq.read_table(folder / file).to_pylist()
        change(rows[index])
        parquet(folder / file, rows)

    return apply


def raw(file: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """A fault in the bytes of a file."""

    def apply(folder: Path) -> None:
        (folder / file).write_bytes(change((folder / file).read_bytes()))

    return apply


def broken() -> None:
    """One fault each; what the tool must say of them stands in examples.toml."""
    spoil("line-cut", "glm-4", raw("train.jsonl", lambda data: data[:-40]))
    spoil("not-utf8", "glm-4", raw("train.jsonl", lambda data: data.decode().encode("gb18030")))
    spoil(
        "role-typo",
        "glm-4",
        edit(
            "train.jsonl",
            4,
            lambda row: (
                row["messages"][-1].update(role="assitant2")
                or row["messages"].extend(
                    [{"role": "user", "content": "谢谢！"}, {"role": "assistant", "content": "不客气。"}]
                )
            ),
        ),
    )
    spoil("no-assistant", "glm-4", edit("train.jsonl", 2, lambda row: row["messages"].pop() and None))
    spoil(
        "ends-with-user",
        "glm-4",
        edit("train.jsonl", 7, lambda row: row["messages"].append({"role": "user", "content": "还有呢？"})),
    )
    spoil("image-missing", "glm-4v", lambda folder: (folder / "images" / "03.png").unlink())
    spoil("image-truncated", "glm-4v", raw("images/02.png", lambda data: data[: len(data) // 2]))
    spoil(
        "image-second-turn",
        "glm-4v",
        edit("train.jsonl", 5, lambda row: row["messages"].insert(0, {"role": "system", "content": "Look closely."})),
    )
    spoil(
        "two-answers-in-eval",
        "glm-4v",
        edit("dev.jsonl", 1, lambda row: row["messages"].append({"role": "assistant", "content": "One more thing."})),
    )
    spoil("tools-in-chatglm3", "chatglm3", edit("train.json", 5, lambda row: row.update(tools=TOOLS[:1])))
    spoil("system-tag-missing", "llama-factory", lambda folder: _system_tag(folder))
    spoil(
        "placeholder-count", "llama-factory", edit("photos.json", 3, lambda row: row["images"].append("images/00.png"))
    )
    spoil("output-null", "llama-factory", edit("tasks.json", 6, lambda row: row.update(output=None)))
    spoil(
        "message-image-dropped",
        "ms-swift",
        edit("train.jsonl", 0, lambda row: row["messages"][0].update(image="images/00.png")),
    )
    spoil(
        "observation-in-trl", "trl", edit("train.jsonl", 3, lambda row: row["messages"][0].update(role="observation"))
    )
    spoil("lengths-differ", "tokenized-glm-4v", table("train.parquet", 4, lambda row: row["position_ids"].pop()))
    spoil(
        "labels-all-ignored",
        "tokenized",
        edit("train.jsonl", 8, lambda row: row.update(labels=[-100] * len(row["labels"]))),
    )
    spoil("id-out-of-range", "tokenized", edit("train.jsonl", 1, lambda row: row["input_ids"].__setitem__(5, 200_000)))
    spoil(
        "call-not-json",
        "tools-llama-factory",
        edit("calls.json", 5, lambda row: row["conversations"][1].update(value="weather(city='Hangzhou')")),
    )
    spoil(
        "new-column-in-dev",
        "glm-4",
        lambda folder: lines(
            folder / "dev.jsonl",
            [
                {**json.loads(line), "source": "forum"}
                for line in (folder / "dev.jsonl").read_text("utf-8").splitlines()
            ],
        ),
    )


def _system_tag(folder: Path) -> None:
    rows = json.loads((folder / "photos.json").read_text("utf-8"))
    for row in rows[:8]:
        row["messages"].insert(0, {"role": "system", "content": "You describe photos."})
    array(folder / "photos.json", rows)
    info = json.loads((folder / "dataset_info.json").read_text("utf-8"))
    del info["photos"]["tags"]["system_tag"]
    (folder / "dataset_info.json").write_text(json.dumps(info, indent=2) + "\n", "utf-8")


def main() -> None:
    """Write all examples anew."""
    for name in ("good", "broken"):
        shutil.rmtree(HERE / name, ignore_errors=True)
    good()
    story()
    broken()


if __name__ == "__main__":
    main()
