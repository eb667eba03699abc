"""Ask real image code what sizes become; prints what tests/recorded/ keeps and tests/test_image_tokens.py compares.

Run by the Python of an environment that has the trainer, from anywhere: ``python record_tokens.py glm4v``
(or ``llama-factory``, ``ms-swift``). A row of glm4v is [width, height, longest_edge, tokens, asked], of the others
[width, height, bounds ..., new width, new height]; null where ValueError was raised. Most images are really made and
given to the processor ("processor"); for the largest its pure function is asked ("smart_resize").
"""

import importlib.machinery
import importlib.metadata
import itertools
import json
import sys
import types

SIDES = (1, 2, 14, 27, 28, 29, 41, 42, 43, 84, 112, 336, 640, 1000, 1536, 2195, 4000)
ODD = ((28, 5600), (28, 5601), (5600, 28), (30, 6001), (10, 5000), (20, 4000), (10000, 50), (3, 599), (640, 480), (1280, 720),
       (1920, 1080), (3840, 2160), (6000, 4000), (12000, 9000), (60000, 40000), (65500, 400), (690, 15420))  # fmt: skip
DRAWN = 50_000_000
BOUNDS = ((768 * 768, 32 * 32), (512 * 512, 1024), (4_000_000, 100_000), (28 * 28, 1))
LIMITS = (None, 100_000, 602_112, 1_003_520)


def sizes():
    """The grid, widths and heights both ways, and odd ones."""
    return sorted({*itertools.product(SIDES, SIDES), *ODD})


def glm4v():
    """Glm4vImageProcessor as it comes, with the bounds of the published config and with its own."""
    from PIL import Image
    from transformers.models.glm4v import image_processing_glm4v as module

    for longest in (9_633_792, 11_760_000):
        real = module.Glm4vImageProcessor(size={"shortest_edge": 12544, "longest_edge": longest})
        for width, height in sizes():
            try:
                if width * height > DRAWN or (min(width, height) > 448 and (width + height) % 3):
                    how = "smart_resize"
                    high, wide = module.smart_resize(2, height, width, 2, 28, 12544, longest)
                    tokens = high * wide // 784
                else:
                    how = "processor"
                    grid = real(images=[Image.new("RGB", (width, height))], return_tensors="np")["image_grid_thw"][0]
                    tokens = int(grid.prod()) // 4
            except ValueError as error:
                how, tokens = str(error)[:60], None
            yield width, height, longest, tokens, how


def llama_factory():
    """GLM4VPlugin._preprocess_image on real images; torchaudio, which audio alone needs, is an empty module."""
    sys.modules["torchaudio"] = types.ModuleType("torchaudio")
    sys.modules["torchaudio"].__spec__ = importlib.machinery.ModuleSpec("torchaudio", None)
    from llamafactory.data import mm_plugin
    from PIL import Image

    plugin = mm_plugin.get_mm_plugin("glm4v", image_token="<|image|>", video_token="<|video|>")
    for (most, least), (width, height) in itertools.product(BOUNDS, sizes()):
        if width * height > DRAWN:
            continue
        try:
            resized = plugin._preprocess_image(
                Image.new("L", (width, height)), image_max_pixels=most, image_min_pixels=least
            )
        except ValueError:
            resized = types.SimpleNamespace(size=None)
        yield width, height, most, least, *(resized.size or (None, None))


def ms_swift():
    """rescale_image, with torchvision's Resize replaced by one that notes the size it is asked for."""
    from PIL import Image

    class Resize:
        def __init__(self, size):
            self.height, self.width = size

        def __call__(self, image):
            return types.SimpleNamespace(size=(self.width, self.height))

    transforms = types.ModuleType("torchvision.transforms")
    transforms.Resize = Resize
    sys.modules["torchvision"] = types.ModuleType("torchvision")
    sys.modules["torchvision"].transforms = transforms
    sys.modules["torchvision.transforms"] = transforms
    import inspect
    import math
    import pathlib

    folder = pathlib.Path(next(iter(__import__("swift").__path__)))
    source = next(folder.rglob("vision_utils.py")).read_text("utf-8")
    start = source.index("def rescale_image")
    space = {"Image": Image, "math": math, "inspect": inspect}
    exec(source[start : source.index("\n\n\n", start)], space)  # noqa: S102  the one function, as the package has it
    for most, (width, height) in itertools.product(LIMITS, sizes()):
        if width * height <= DRAWN:
            resized = space["rescale_image"](Image.new("L", (width, height)), most)
            yield width, height, most, *resized.size


if __name__ == "__main__":
    which = sys.argv[1]
    packages = {"glm4v": "transformers", "llama-factory": "llamafactory", "ms-swift": "ms-swift"}
    asked = {"glm4v": glm4v, "llama-factory": llama_factory, "ms-swift": ms_swift}[which]
    lines = ",\n".join(json.dumps(row) for row in asked())
    head = json.dumps(
        {"asked": which, "package": packages[which], "version": importlib.metadata.version(packages[which])}
    )
    print(f'{head[:-1]}, "rows": [\n{lines}\n]}}')
