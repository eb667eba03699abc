"""Faults of Alpaca records and of tokenized rows."""

from __future__ import annotations

from typing import Any

from .mutate import Work, fault


def _set(work: Work, key: str, value: Any) -> str:
    work.record[key] = value
    return f"/{key}"


@fault("alpaca")
def instruction_missing(w: Work) -> str:
    del w.record["instruction"]
    return ""


@fault("alpaca")
def output_missing(w: Work) -> str:
    del w.record["output"]
    return ""


@fault("alpaca")
def output_null(w: Work) -> str:
    return _set(w, "output", None)


@fault("alpaca")
def output_empty(w: Work) -> str:
    return _set(w, "output", "")


@fault("alpaca")
def output_number(w: Work) -> str:
    return _set(w, "output", 42)


@fault("alpaca")
def output_list(w: Work) -> str:
    return _set(w, "output", ["good", "bad"])


@fault("alpaca", whole=True)
def every_output_list(w: Work) -> str:
    for record in w.records:
        record["output"] = [record["output"], "no"]
    return "/output"


@fault("alpaca", whole=True)
def every_output_number(w: Work) -> str:
    for i, record in enumerate(w.records):
        record["output"] = i
    return "/output"


@fault("alpaca")
def instruction_null(w: Work) -> str:
    return _set(w, "instruction", None)


@fault("alpaca")
def instruction_empty(w: Work) -> str:
    return _set(w, "instruction", "")


@fault("alpaca")
def input_null(w: Work) -> str:
    return _set(w, "input", None)


@fault("alpaca")
def input_object(w: Work) -> str:
    return _set(w, "input", {"city": "Oslo"})


@fault("alpaca", variant="history")
def history_flat(w: Work) -> str:
    return _set(w, "history", ["Where?", "Here."])


@fault("alpaca", variant="history")
def history_odd(w: Work) -> str:
    return _set(w, "history", [["Where?"]])


@fault("alpaca", variant="history")
def history_null(w: Work) -> str:
    return _set(w, "history", None)


@fault("alpaca", whole=True)
def columns_renamed(w: Work) -> str:
    w.records[:] = [{"question": r["instruction"], "context": r["input"], "reply": r["output"]} for r in w.records]
    return ""


@fault("tokenized", formats=("jsonl", "parquet"))
def labels_ignored(w: Work) -> str:
    return _set(w, "labels", [-100] * len(w.record["labels"]))


@fault("tokenized", whole=True, formats=("jsonl", "parquet"))
def every_labels_absent(w: Work) -> str:
    for record in w.records:
        del record["labels"]
    return "/labels"


@fault("tokenized", whole=True, formats=("jsonl", "parquet"))
def every_labels_named_output_ids(w: Work) -> str:
    for record in w.records:
        record["output_ids"] = [i for i in record.pop("labels") if i != -100]
    return "/labels"


@fault("tokenized", whole=True, formats=("jsonl", "parquet"))
def labels_nowhere(w: Work) -> str:
    for record in w.records:
        del record["labels"]
    w.nowhere = ("labels",)
    return "/labels"


@fault("tokenized")
def labels_absent(w: Work) -> str:
    del w.record["labels"]
    return ""


@fault("tokenized")
def labels_null(w: Work) -> str:
    return _set(w, "labels", None)


@fault("tokenized", formats=("jsonl", "parquet"))
def labels_longer(w: Work) -> str:
    return _set(w, "labels", [*w.record["labels"], 151336, 151336])


@fault("tokenized", formats=("jsonl", "parquet"))
def labels_shorter(w: Work) -> str:
    return _set(w, "labels", w.record["labels"][2:])


@fault("tokenized", formats=("jsonl", "parquet"))
def labels_empty(w: Work) -> str:
    return _set(w, "labels", [])


@fault("tokenized")
def labels_float(w: Work) -> str:
    return _set(w, "labels", [float(i) for i in w.record["labels"]])


@fault("tokenized")
def labels_of_fractions(w: Work) -> str:
    _set(w, "labels", [*map(float, w.record["labels"][:-1]), w.record["labels"][-1] + 0.5])
    return f"/labels/{len(w.record['labels']) - 1}"


@fault("tokenized")
def labels_too_large(w: Work) -> str:
    return _set(w, "labels", [*w.record["labels"][:-1], 160000])


@fault("tokenized")
def labels_other_negative(w: Work) -> str:
    return _set(w, "labels", [-1 if i == -100 and at % 2 else i for at, i in enumerate(w.record["labels"])])


@fault("tokenized")
def labels_boolean(w: Work) -> str:
    return _set(w, "labels", [i != -100 for i in w.record["labels"]])


@fault("tokenized")
def labels_number(w: Work) -> str:
    return _set(w, "labels", 1)


@fault("tokenized", whole=True)
def every_labels_number(w: Work) -> str:
    for record in w.records:
        record["labels"] = 1
    return "/labels"


@fault("tokenized", formats=("jsonl", "parquet"))
def mask_shorter(w: Work) -> str:
    return _set(w, "attention_mask", w.record["attention_mask"][1:])


@fault("tokenized", formats=("jsonl", "parquet"))
def mask_longer(w: Work) -> str:
    return _set(w, "attention_mask", [*w.record["attention_mask"], 1])


@fault("tokenized")
def mask_null(w: Work) -> str:
    return _set(w, "attention_mask", None)


@fault("tokenized")
def mask_absent(w: Work) -> str:
    del w.record["attention_mask"]
    return ""


@fault("tokenized")
def mask_two(w: Work) -> str:
    return _set(w, "attention_mask", [2] * len(w.record["attention_mask"]))


@fault("tokenized")
def mask_zero(w: Work) -> str:
    return _set(w, "attention_mask", [0] * len(w.record["attention_mask"]))


@fault("tokenized", formats=("jsonl", "parquet"))
def id_negative(w: Work) -> str:
    w.record["input_ids"][4] = -7
    return "/input_ids/4"


@fault("tokenized", formats=("jsonl", "parquet"))
def id_ignore_index(w: Work) -> str:
    w.record["input_ids"][4] = -100
    return "/input_ids/4"


@fault("tokenized", formats=("jsonl", "parquet"))
def id_too_large(w: Work) -> str:
    w.record["input_ids"][4] = 151552
    return "/input_ids/4"


@fault("tokenized")
def id_of_64_bits(w: Work) -> str:
    w.record["input_ids"][4] = 2**63
    return "/input_ids/4"


@fault("tokenized", formats=("jsonl", "parquet"))
def ids_empty(w: Work) -> str:
    for key in w.record:
        w.record[key] = []
    return "/input_ids"


@fault("tokenized")
def ids_only_empty(w: Work) -> str:
    return _set(w, "input_ids", [])


@fault("tokenized")
def ids_null(w: Work) -> str:
    return _set(w, "input_ids", None)


@fault("tokenized")
def ids_absent(w: Work) -> str:
    del w.record["input_ids"]
    return ""


@fault("tokenized", whole=True, formats=("jsonl", "parquet"))
def every_ids_absent(w: Work) -> str:
    for record in w.records:
        record["ids"] = record.pop("input_ids")
    return ""


@fault("tokenized")
def ids_float(w: Work) -> str:
    return _set(w, "input_ids", [i + 0.5 for i in w.record["input_ids"]])


@fault("tokenized", whole=True, formats=("jsonl", "parquet"))
def every_ids_float(w: Work) -> str:
    for record in w.records:
        record["input_ids"] = [float(i) for i in record["input_ids"]]
    return "/input_ids"


@fault("tokenized")
def ids_as_text(w: Work) -> str:
    return _set(w, "input_ids", " ".join(map(str, w.record["input_ids"])))


@fault("tokenized", whole=True, formats=("jsonl", "parquet"))
def every_ids_of_text(w: Work) -> str:
    for record in w.records:
        record["input_ids"] = [str(i) for i in record["input_ids"]]
    return "/input_ids"


@fault("tokenized")
def ids_with_null(w: Work) -> str:
    w.record["input_ids"][4] = None
    return "/input_ids/4"


@fault("tokenized")
def ids_nested(w: Work) -> str:
    return _set(w, "input_ids", [w.record["input_ids"]])


@fault("tokenized", whole=True, formats=("jsonl", "parquet"))
def every_column_nested(w: Work) -> str:
    for record in w.records:
        for key in record:
            record[key] = [record[key]]
    return "/input_ids"


@fault("tokenized", whole=True)
def every_row_without_labels_that_count(w: Work) -> str:
    for record in w.records:
        record["labels"] = [-100] * len(record["labels"])
    return "/labels"


@fault("tokenized", whole=True)
def extra_text_column(w: Work) -> str:
    for i, record in enumerate(w.records):
        record["text"] = f"row {i}"
    return "/text"


@fault("swift")
def rejected_is_the_answer(w: Work) -> str:
    for record in w.records:
        record["rejected_response"] = "I do not know."
    w.elsewhere = {"rejected_response": "I do not know."}
    return _set(w, "rejected_response", w.turns[-1][w.keys.text])


@fault("swift", whole=True)
def rejected_in_one_record(w: Work) -> str:
    """All others are deleted: loading fills null in."""
    return _set(w, "rejected_response", "I do not know.")
