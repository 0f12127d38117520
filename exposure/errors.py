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
    """Root of all errors raised on purpose; its text is fit to be shown to a user.

    Examples:
        >>> try:
        ...     ex.screen("no-such-file.csv")
        ... except ex.ExposureError as error:
        ...     print(error)
        'no-such-file.csv' does not exist; check the path.
    """


class InputError(ExposureError):
    """A file or frame handed in by the user is at fault.

    Examples:
        >>> issubclass(ex.NoHoldings, ex.InputError)
        True
    """


class UnreadableFile(InputError):
    """The bytes are not in a format this package reads.

    Examples:
        >>> ex.read_holdings(b"%PDF-1.7", name="fund.pdf")
        Traceback (most recent call last):
        exposure.errors.UnreadableFile: 'fund.pdf' is a PDF, which this package does not read; export the table as CSV or Excel.
    """  # noqa: E501 - one sentence, as it is printed


class NoHoldings(InputError):
    """The file could be read, but there is no table of holdings in it.

    Examples:
        >>> ex.read_holdings(b"Dear reader, our fund did well.", name="letter.txt")
        Traceback (most recent call last):
        exposure.errors.NoHoldings: 'letter.txt' has no table of holdings: ...
    """


class AmbiguousFile(InputError):
    """Two readings are equally good; the message names both and the argument that settles it.

    Examples:
        >>> try:
        ...     ex.read_holdings(b"Name;Value\\nA Co;1,234\\nB Co;5,678")
        ... except ex.AmbiguousFile as error:
        ...     print(error.argument)
        decimal
    """


class LimitExceeded(InputError):
    """The input is larger than a named limit.

    Examples:
        >>> from exposure.holdings.source import MAX_BYTES
        >>> ex.read_holdings(bytes(1) + b"a" * MAX_BYTES)
        Traceback (most recent call last):
        exposure.errors.LimitExceeded: ...
    """


class UniverseError(ExposureError):
    """The reference data are at fault, or something asked for is not in them.

    Examples:
        >>> ex.company("A company nobody knows")
        Traceback (most recent call last):
        exposure.errors.UniverseError: No company “A company nobody knows” in this universe; try its full name, ...
    """


class UsageError(ExposureError):
    """An argument is at fault: an unknown rule, list, column or date.

    Examples:
        >>> ex.example("hedge fund")
        Traceback (most recent call last):
        exposure.errors.UsageError: There is no example “hedge fund”; there are endowment, index_fund, pension, funds.
    """  # noqa: E501 - one sentence, as it is printed
