"""Where this computer's user keeps what the program saves: decisions, own data, market data."""

from __future__ import annotations

import os
from pathlib import Path

import click

VARIABLE = "EXPOSURE_DATA"


def data_folder() -> Path:
    """The user's data folder, which need not exist yet: ``$EXPOSURE_DATA``, else the system's usual place."""
    named = os.environ.get(VARIABLE)
    return Path(named).expanduser() if named else Path(click.get_app_dir("exposure"))
