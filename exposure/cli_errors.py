"""One sentence and the right exit code for every error that the package raises on purpose."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click

from exposure.errors import ExposureError, UsageError

P = ParamSpec("P")
R = TypeVar("R")
#: Argument of ``read_holdings`` -> the parameter of a command that has it, and its option.
#: (``--as-of`` is the day of the lists.)
OPTIONS = {
    "value_column": ("value_column", "--value-column"),
    "columns": ("columns", "--column"),
    "as_of": ("holdings_date", "--holdings-date"),
    "decimal": ("decimal", "--decimal"),
    "weight_unit": ("weight_unit", "--weight-unit"),
    "currency": ("currency", "--currency"),
    "sheet": ("sheet", "--sheet"),
}
_EXAMPLE = re.compile(r"columns=\{'name': \.\.\., 'value': \.\.\.\}")
_ARGUMENT = re.compile(rf"(?<![\w-])({'|'.join(OPTIONS)})=(?=(\S)?)")


def option_names(message: str) -> str:
    """Name this command's options where a message names arguments of the library.

    Args:
        message: as the library words it, with ``value_column=``.

    Returns:
        The message with ``--value-column``, for the options that the running command has.
    """
    context = click.get_current_context(silent=True)
    known = {parameter.name for parameter in context.command.params} if context else set()

    def named(found: re.Match[str]) -> str:
        parameter, option = OPTIONS[found[1]]
        given = found[2] and re.match(r"[\w'\"]", found[2])
        return found[0] if parameter not in known else option + ("=" if given else "")

    if "columns" in known:
        message = _EXAMPLE.sub("--column name=HEADER --column value=HEADER", message)
    return _ARGUMENT.sub(named, message)


def one_sentence(command: Callable[P, R]) -> Callable[P, R]:
    """Turn the package's own errors into one sentence and exit code 1 (2 for a wrong argument)."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except ExposureError as error:
            click.echo(f"exposure: {option_names(str(error))}", err=True)
            sys.exit(2 if isinstance(error, UsageError) else 1)

    return run
