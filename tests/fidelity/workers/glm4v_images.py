"""transformers' image processors of GLM-4.1V and later, slow and fast: which sizes they refuse, and how many tokens the rest become."""

import importlib.metadata
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import serve


def asked(processor, image):
    """Tokens of one image, or the error."""
    try:
        grid = processor(images=[image], return_tensors="pt")["image_grid_thw"][0]
        return int(grid.prod()) // processor.merge_size**2, None
    except ValueError as error:
        return None, error


def make(stack):
    library = serve.without_operators()
    from transformers.image_utils import load_image
    from transformers.models.glm4v.image_processing_glm4v import Glm4vImageProcessor
    from transformers.models.glm4v.image_processing_glm4v_fast import Glm4vImageProcessorFast

    slow, fast = Glm4vImageProcessor(), Glm4vImageProcessorFast()
    new = int(importlib.metadata.version("transformers").split(".")[0]) >= 5
    auto, other = (fast, slow) if new else (slow, fast)  # what AutoProcessor takes (image_processing_auto.py)
    seen = {}

    def run(case, answer, library=library):
        for split, name in case["splits"].items():
            for index, record in enumerate(serve.records(os.path.join(case["folder"], name))):
                for path in record["images"]:
                    image = load_image(path)
                    if image.size not in seen:
                        seen[image.size] = asked(auto, image), asked(other, image)
                    (tokens, error), (again, refused) = seen[image.size]
                    answer.tokens.append([*image.size, auto.size["longest_edge"], tokens])
                    if error is not None:
                        answer.crash("collate", error, split, index)
                    if tokens != again:
                        answer.note(f"{type(other).__name__} says {again} tokens, {refused}")

    return {p: importlib.metadata.version(p) for p in ("transformers", "torch", "torchvision")}, [], run


if __name__ == "__main__":
    sys.exit(serve.main(make))
