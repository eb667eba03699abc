"""``python -m glm_schema_lint`` and the ``glm-lint`` command."""

from __future__ import annotations

import sys


def run() -> None:
    """Start the command line; asking for the version alone imports nothing else."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from .version import __version__

        print(f"glm-lint {__version__}")
        return
    from .cli import main

    main(prog_name="glm-lint")


if __name__ == "__main__":
    run()
