"""A training yaml through LLaMA-Factory, as train/sft/workflow.py begins: arguments, template, datasets. No model is loaded."""

import json
import os
import traceback

LOADED = {"dpo": "rm"}  # as train/dpo/workflow.py asks for its pairs


def launch(case, answer, tokenizer, processor):
    """Say at which stage the run stops; nothing if its rows are made."""
    from llamafactory.data import get_dataset, get_template_and_fix_tokenizer
    from llamafactory.hparams import get_train_args

    with open(os.path.join(case["folder"], "train.yaml"), encoding="utf-8") as handle:
        wanted = json.load(handle)  # JSON is YAML too
    try:
        model, data, training, finetuning, _ = get_train_args({**wanted, "use_cpu": True})
    except BaseException as error:  # the parser of transformers leaves by SystemExit
        answer.crash("config", told(error))
        return
    try:
        template = get_template_and_fix_tokenizer(tokenizer, data)
    except Exception as error:
        answer.crash("config", error)
        return
    try:
        made = get_dataset(
            template,
            model,
            data,
            training,
            stage=LOADED.get(finetuning.stage, finetuning.stage),
            tokenizer=tokenizer,
            processor=processor,
        )
    except Exception as error:
        answer.crash(stage(error), error, "train")
        return
    if "train_dataset" in made and not wanted.get("streaming"):
        said = 0
        for name in wanted["dataset"].split(","):
            with open(os.path.join(case["folder"], f"{name}.jsonl"), encoding="utf-8") as handle:
                said += sum(1 for _ in handle)
        for record in range(said - len(made["train_dataset"])):
            answer.event(
                "drop", "map", "train", record, detail="of the rows of all datasets together so many are left out"
            )


def told(error):
    """The exception itself, or where the parser only exits what it has to say."""
    return error if isinstance(error, Exception) else ValueError(str(error))


def stage(error):
    """Load or map, by the functions the exception passed."""
    names = {frame.name for frame in traceback.extract_tb(error.__traceback__)}
    return "map" if names & {"align_dataset", "_get_preprocessed_dataset", "merge_dataset"} else "load"
