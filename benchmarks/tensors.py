"""Memory of linting and of repairing parquet rows with large tensors: the largest resident set of each command.

``python benchmarks/tensors.py [--rows 96] [--side 672] [--group 32]``: writes tokenized train and validation rows with one
image of 3 x side x side floats each, the validation rows without labels, in row groups of ``group`` rows; then runs
``glm-lint check`` and ``glm-lint fix`` on them in processes of their own.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import subprocess
import sys
import tempfile
from pathlib import Path


def write(path: Path, rows: int, side: int, group: int, labels: bool) -> None:
    """Rows of one file; every row has an image of its own, so that no dictionary makes the column small."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    ids = [151331, 151333, *range(100, 164)]
    rng = np.random.default_rng(7)
    plane = pa.list_(pa.list_(pa.list_(pa.float32())))
    fields = [("input_ids", pa.list_(pa.int32())), ("images", plane)]
    fields.append(("labels" if labels else "output_ids", pa.list_(pa.int32())))
    schema = pa.schema(fields)
    with pq.ParquetWriter(path, schema, compression="snappy") as out:
        for start in range(0, rows, group):
            count = min(group, rows - start)
            values = pa.array(rng.standard_normal(count * 3 * side * side).astype("float32"))
            cells: pa.Array = values
            for size, total in ((side, count * 3 * side), (side, count * 3), (3, count)):
                cells = pa.ListArray.from_arrays(pa.array(range(0, size * total + 1, size), pa.int32()), cells)
            tokens = pa.array([ids] * count, pa.list_(pa.int32()))
            columns = [tokens, cells.cast(plane), tokens]
            out.write_table(pa.Table.from_arrays(columns, schema=schema), row_group_size=group)


def write_apart(*given: object) -> None:
    """``write`` in a process of its own: what a process grows to before it starts another counts as that one's peak."""
    process = multiprocessing.get_context("spawn").Process(target=write, args=given)
    process.start()
    process.join()


def peak(command: list[str]) -> float:
    """The largest resident set of a command, in MiB."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit(f"{' '.join(command)} ended with {status}")
    return usage.ru_maxrss / 1024


def main() -> None:
    """Write the rows, run both commands, print one line for each."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--rows", type=int, default=96)
    ask.add_argument("--side", type=int, default=672)
    ask.add_argument("--group", type=int, default=32)
    args = ask.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "data")
        data.mkdir()
        for name, labels in (("train", True), ("validation", False)):
            write_apart(data / f"{name}.parquet", args.rows, args.side, args.group, labels)
        size = sum(path.stat().st_size for path in data.iterdir()) / 1e6
        print(f"{args.rows} rows a split of 3 x {args.side} x {args.side}, {size:,.0f} MB of parquet")
        lint = [sys.executable, "-m", "glm_schema_lint"]
        print(f"check  {peak([*lint, 'check', str(data), '--target', 'glm-4v', '--jobs', '1']):6.0f} MiB")
        print(
            f"fix    {peak([*lint, 'fix', str(data), '--target', 'glm-4v', '-o', str(Path(folder, 'out'))]):6.0f} MiB"
        )


if __name__ == "__main__":
    main()
