"""The reference of the command line: each command with its arguments and options, as `--help` shows them."""

from collections.abc import Iterator

import click

from pipelines.cli import _app
from reference_docs.markdown import code, table


def commands() -> str:
    """Return a section for each command."""
    with click.Context(_app, info_name="discreet") as context:
        return "\n\n".join("\n\n".join(_command(_app, context, name)) for name in _app.list_commands(context))


def _command(group: click.Group, parent: click.Context, name: str) -> Iterator[str]:
    command = group.resolve_command(parent, [name])[1]
    if command is None:
        raise LookupError(f"{name}: is listed, but there is no such command")
    with click.Context(command, info_name=name, parent=parent) as context:
        if isinstance(command, click.Group):
            for each in command.list_commands(context):
                yield from _command(command, context, each)
            return
        yield f"## {code(context.command_path)}"
        yield " ".join((command.help or "").split())
        usage = " ".join(command.collect_usage_pieces(context))
        yield f"```sh\n{context.command_path} {usage}\n```"
        rows = [_parameter(each, context) for each in command.get_params(context) if not getattr(each, "hidden", False)]
        yield table(("Argument or option", "Meaning", "Default"), rows)


def _parameter(each: click.Parameter, context: click.Context) -> tuple[str, str, str]:
    meaning = str(getattr(each, "help", None) or ("Show this message and exit." if each.name == "help" else ""))
    if isinstance(each, click.Option):
        shown = ", ".join(code(name) for name in (*each.opts, *each.secondary_opts))
        if not each.is_flag and not each.count:
            shown += f" {code(each.make_metavar(context))}"
    else:
        shown = code(each.make_metavar(context))
    return shown, meaning, _default(each)


def _default(each: click.Parameter) -> str:
    if each.required:
        return "required"
    empty = each.default is None or each.default is False or each.default in ((), [], "")
    return "" if empty or callable(each.default) else code(each.default)
