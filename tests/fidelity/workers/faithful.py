"""What a faithful reading of a record keeps, for workers to hold a trainer's output against: tools, calls, pictures. No verdicts."""

import json
import re


def called(calls, text):
    """What is wrong with the arguments of calls as trained: in the record they are an object, or its JSON text."""
    if isinstance(calls, str):
        try:
            calls = json.loads(calls)
        except ValueError:
            return None
        calls = calls if isinstance(calls, list) else [calls]
        if not calls:
            return "a call of nothing is trained"
    for call in calls if isinstance(calls, list) else [calls]:
        said = call.get("function", call) if isinstance(call, dict) else None
        if not isinstance(said, dict) or "arguments" not in said:
            continue
        said = said["arguments"]
        try:
            said = json.loads(said) if isinstance(said, str) else said
        except ValueError:
            return f"arguments that are no JSON are trained: {said!r}"
        if not isinstance(said, dict):
            return f"arguments that are no object are trained: {said!r}"
        parts = [json.dumps(said, ensure_ascii=False)] if "<arg_key>" not in text else [*said, *map(str, said.values())]
        if any(part not in text for part in parts):
            return f"arguments {said!r} are not in {text!r}"
    return None


def offered(tools, text):
    """What is wrong with the tools in a prompt: in the record each is a function with a name."""
    try:
        tools = json.loads(tools) if isinstance(tools, str) else tools
    except ValueError:
        return ""
    head = text.partition("<|user|>")[0]
    if ": null" in head and "null" not in json.dumps(tools):
        return "keys of other records' tools stand in the prompt as null"
    for tool in tools if isinstance(tools, list) else []:
        inner = tool.get("function", tool) if isinstance(tool, dict) else tool
        if not (isinstance(inner, dict) and isinstance(inner.get("name"), str)):
            return f"a tool that is no function with a name is offered: {tool!r}"
        if inner["name"] not in head:
            return f"the tool {inner['name']!r} is not offered"
        if None in ((inner.get("parameters") or {}).get("properties") or {}).values():
            return "a property that is null is written into the prompt"
    return "a tool is wrapped twice" if re.search(r'"function": \{"(type|function)":', text) else ""


def picture(path, seen):
    """How the picture the model gets differs from the one a viewer shows; empty if it is the same, made smaller or larger."""
    from PIL import Image, ImageChops, ImageOps, ImageStat

    with Image.open(path) as image:
        shown = ImageOps.exif_transpose(image)
        if shown.mode.startswith("I"):  # more than 8 bits: a viewer scales them
            shown = shown.convert("I").point(lambda value: value / 257).convert("L")
        shown = shown.convert("RGB")
    if (shown.width > shown.height) != (seen.width > seen.height):
        return f"{shown.size} is read as {seen.size}"
    shown = shown.resize(seen.size)
    apart = max(ImageStat.Stat(ImageChops.difference(shown, seen)).mean)
    return f"the values differ by {apart:.0f} of 255" if apart > 32 else ""
