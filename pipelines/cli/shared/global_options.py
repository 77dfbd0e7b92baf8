"""The options that every command takes: `--quiet` and `--debug`, before the command's name or after it."""

import click

_QUIET = "discreet.quiet"
_DEBUG = "discreet.debug"


def global_options() -> list[click.Parameter]:
    """Make the options for one command or group."""
    return [
        _flag(["-q", "--quiet"], _QUIET, "Print results and errors only: no progress, no summary."),
        _flag(["--debug"], _DEBUG, "After an error, print its traceback, without values, on standard error."),
    ]


def is_quiet() -> bool:
    """Whether the running command was asked for its result alone."""
    return _is_set(_QUIET)


def is_debug() -> bool:
    """Whether the running command was asked for tracebacks."""
    return _is_set(_DEBUG)


def _is_set(name: str) -> bool:
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.meta.get(name))


def _flag(names: list[str], key: str, help_line: str) -> click.Option:
    def remember(context: click.Context, _: click.Parameter, value: bool) -> None:
        if value:
            context.meta[key] = True

    return click.Option(names, is_flag=True, expose_value=False, help=help_line, callback=remember)
