"""A group of commands of which one runs where none is named."""

import click
from typer.core import TyperGroup


class PageFirst(TyperGroup):
    """Runs the command `page` where the first argument names no command: a config, or an option of `page`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Insert `page` where no command is named."""
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["page", *args]
        return super().parse_args(ctx, args)
