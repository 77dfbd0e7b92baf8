"""`discreet init`: a config and a key for files that nobody has mapped yet."""

from pipelines.cli.init.command import init

__all__ = ["init"]
