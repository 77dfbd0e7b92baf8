"""Presidio and spaCy, loaded without what they do at that time for nothing.

They make two hundred thousand objects that live as long as the process: looked through by the garbage collector again
and again while they are made, and in every full round later, they would cost a sixth more than it takes to load them.

Presidio compiles each pattern of its own recognisers as it is loaded, to see whether it can be, and throws the result
away: a fifth of the time that a start took, nearly all of it for links. These patterns are Presidio's, not an
operator's, and a test compiles them; whatever is made into a `Pattern` later is checked as ever.

spaCy's package takes one function, `spacy.info`, from its command line, and with it a program that asks for downloads
and draws tables: a seventh of a start. It is loaded when `info`, `cli` or `displacy`, which came with it, is asked
for. What it loads deeper down, such as `spacy.training.loop`, has to be imported by its name.
"""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import get_ident
from types import ModuleType
from typing import Any

import regex

from redaction import garbage_collector


@contextmanager
def _own_patterns_taken_as_read() -> Iterator[None]:
    compiled, here = regex.compile, (get_ident(), "presidio_analyzer.pattern")

    def compile_for_others(*told: Any, **options: Any) -> Any:
        asks = get_ident(), sys._getframe(1).f_globals.get("__name__")
        return None if asks == here else compiled(*told, **options)

    regex.compile = compile_for_others
    try:
        yield
    finally:
        regex.compile = compiled


@contextmanager
def _command_line_left_for_later() -> Iterator[None]:
    if "spacy" in sys.modules:
        yield
        return
    asked = ModuleType("spacy.cli.info")
    vars(asked)["info"] = None
    sys.modules[asked.__name__] = asked
    try:
        yield
    finally:
        del sys.modules[asked.__name__]
        if cli := sys.modules.get("spacy.cli"):
            vars(cli)["info"] = importlib.import_module(asked.__name__).info
        if package := sys.modules.get("spacy"):
            del vars(package)["info"]
            vars(package)["__getattr__"] = _later


def _later(name: str) -> Any:
    if name == "info":
        return importlib.import_module("spacy.cli").info
    if name in {"cli", "displacy"}:
        return importlib.import_module(f"spacy.{name}")
    raise AttributeError(f"module 'spacy' has no attribute {name!r}")


with garbage_collector.paused(), garbage_collector.left_out(), _command_line_left_for_later():
    with _own_patterns_taken_as_read():
        import presidio_analyzer
    import spacy

__all__ = ["presidio_analyzer", "spacy"]
