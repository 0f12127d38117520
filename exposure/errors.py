"""Every error this package raises on purpose.

    ExposureError
    ├── InputError            a file or frame that was handed in is at fault
    │   ├── UnreadableFile    the bytes are not a format we read (empty, PDF, encrypted, broken)
    │   ├── NoHoldings        the file was read, but holds no table of holdings
    │   ├── AmbiguousFile     two readings are equally good; the message names the argument that settles it
    │   └── LimitExceeded     larger than a named limit
    ├── UniverseError         the reference data are at fault, or a name is not in them
    └── UsageError            an argument is at fault (unknown rule, list, column, date)

A message is one sentence saying what is wrong, where (file, sheet, row) and what to do.
"""


class ExposureError(Exception):
    """Root of all errors raised on purpose; its text is fit to be shown to a user."""


class InputError(ExposureError):
    """A file or frame handed in by the user is at fault."""


class UnreadableFile(InputError):
    """The bytes are not in a format this package reads."""


class NoHoldings(InputError):
    """The file could be read, but there is no table of holdings in it."""


class AmbiguousFile(InputError):
    """Two readings are equally good; the message names both and the argument that settles it."""


class LimitExceeded(InputError):
    """The input is larger than a named limit."""


class UniverseError(ExposureError):
    """The reference data are at fault, or something asked for is not in them."""


class UsageError(ExposureError):
    """An argument is at fault: an unknown rule, list, column or date."""
