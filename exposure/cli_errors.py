"""One sentence and the right exit code for every error that the package raises on purpose."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click

from exposure.errors import ExposureError, UsageError

P = ParamSpec("P")
R = TypeVar("R")


def one_sentence(command: Callable[P, R]) -> Callable[P, R]:
    """Turn the package's own errors into one sentence and exit code 1 (2 for a wrong argument)."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except ExposureError as error:
            click.echo(f"exposure: {error}", err=True)
            sys.exit(2 if isinstance(error, UsageError) else 1)

    return run
