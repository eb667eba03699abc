"""Tokenized rows before a script's collator: each split stands for what one map gave back, as the scripts read no such files."""

import serve


def alone(answer, split):
    """The rows of one split, read by itself; None where that fails."""
    import datasets

    try:
        return datasets.load_dataset(
            answer.case["folder"], data_files={"train": answer.case["splits"][split]}, split="train"
        )
    except Exception as error:
        answer.crash("load", error, split)
        return None


def batch(answer, rows, at):
    """The row and the shortest other one: the row looked at is the longest, so nothing pads its faults away.

    None where it cannot be read. A row without tokens is looked at alone: beside another it is padded away. A train row
    without a label that counts is told as what it is.
    """
    split, index = at
    try:
        row = serve.plain(rows[index])
    except Exception as error:
        answer.crash("map", error, *at)
        return None
    labels = row.get("labels")
    if split == "train" and isinstance(labels, list) and labels and all(x == -100 for x in flat(labels)):
        answer.event("starve", "step", *at)
    return beside(rows, index)


def beside(rows, index):
    """A row with the shortest other one that has tokens; by itself if it has none."""
    row = serve.plain(rows[index])
    others = [other for place, other in enumerate(rows) if place != index and other.get("input_ids") != []]
    if row.get("input_ids") == [] or not others:
        return [row]
    return [row, serve.plain(min(others, key=lambda other: len(other.get("input_ids") or [])))]


def flat(value):
    """The numbers of a list of lists."""
    for item in value:
        if isinstance(item, list):
            yield from flat(item)
        else:
            yield item
