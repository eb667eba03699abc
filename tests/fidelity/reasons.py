"""Disagreements that stand, and why: a pattern over case ids -> a sentence that goes into the table."""

REASONS: dict[str, str] = {
    "glm-4-main * config-argument-unknown": "lint warns only: a newer transformers than it knows may have this argument, and the script's requirements name no newest one",
}

# Outcomes that no case shows, and why: a pattern over their names (proven.py) -> a sentence for the table.
UNPROVEN: dict[str, str] = {
    "hf-trainer token-column-type-wrong:decimals": "told while nobody says how the splits are loaded; every case says it, and per-split cases show the same as :float",
    "hf-trainer token-column-type-wrong:digits": "told while nobody says how the splits are loaded; every case says it, and per-split cases show the same as the rule's own line",
}
