"""main() of the GLM-4 and ChatGLM3 repositories' scripts, whole, on a training config and its files (FIDELITY_SOURCE).

Real: reading of the config, TrainingArguments, loading, mapping, Trainer, training steps, evaluation, prediction. Stubbed:
load_tokenizer_and_model, which gives the tokenizer and the model of one layer of the workers beside this one.
"""

import functools
import importlib.metadata
import importlib.util
import os
import shutil
import sys
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import serve  # noqa: E402, I001

sys.path.insert(0, HERE)
import chatglm3  # noqa: E402
import glm4_stubs  # noqa: E402

sys.path[:] = [path for path in sys.path if os.path.abspath(path or ".") != HERE]

SCRIPTS = {
    "glm-4": ("finetune", "finetune.py"),
    "glm-4v": ("finetune", "finetune_vision.py"),
    "chatglm3": ("finetune_demo", "finetune_hf.py"),
}
STUBS = [
    "load_tokenizer_and_model: gives the stub tokenizer and a model of one layer; peft_config is not applied",
    "model of chatglm3: a LlamaForCausalLM of one layer whose forward takes the arguments of modeling_chatglm.py of chatglm3-6b",
]


@functools.cache
def script(target):
    """The module of a target."""
    path = os.path.join(os.environ["FIDELITY_SOURCE"], *SCRIPTS[target])
    spec = importlib.util.spec_from_file_location(SCRIPTS[target][1][:-3], path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@functools.cache
def stand_ins(target):
    """Tokenizer and model of a target."""
    if target == "chatglm3":
        return chatglm3.make_tokenizer(), chatglm3.make_model()
    return glm4_stubs.make_tokenizer(target == "glm-4v"), glm4_stubs.make_model(target == "glm-4v")


def stage_of(error):
    """The stage main() had reached, from the functions that the exception passed."""
    frames = traceback.extract_tb(error.__traceback__)
    names = {frame.name for frame in frames}
    if {"from_file", "from_dict"} & names:
        return "config"
    if {"_load_datasets", "data_format"} & names:
        return "load"
    if any(frame.filename.endswith("data_collator.py") for frame in frames):
        return "collate"
    if "predict" in names:
        return "predict"
    if "evaluate" in names:
        return "eval"
    if "train" in names or any(frame.filename.endswith("trainer.py") for frame in frames):
        return "step"
    return "map"


def run(case, answer):
    tokenizer, model = stand_ins(case["target"])
    module = script(case["target"])
    module.load_tokenizer_and_model = lambda *args, **more: (tokenizer, model)
    os.environ["HF_DATASETS_CACHE"] = os.getcwd()
    evaluated = []
    step = module.Seq2SeqTrainer.evaluation_loop

    def loop(*args, **more):
        evaluated.append([])
        made = step(*args, **more)
        evaluated[-1] = sorted(made.metrics)
        return made

    module.Seq2SeqTrainer.evaluation_loop = loop
    try:
        module.main(case["folder"], "none", os.path.join(case["folder"], case["config"]), "")
    except Exception as error:
        answer.crash(stage_of(error), error)
    finally:
        module.Seq2SeqTrainer.evaluation_loop = step
        shutil.rmtree(os.path.join(case["folder"], "output"), ignore_errors=True)
    answer.note(f"evaluated {len(evaluated)} times; the metrics: {evaluated}")


def make(stack):
    import datasets

    datasets.disable_caching()
    datasets.disable_progress_bars()
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["SWANLAB_MODE"] = "disabled"
    versions = ("datasets", "transformers", "torch", "accelerate")
    return {package: importlib.metadata.version(package) for package in versions}, STUBS, run


if __name__ == "__main__":
    sys.exit(serve.main(make))
