"""A recognizer and an operator that fail in all ways in which code of others fails, and repeat the text each time."""

import ctypes
import logging
import os
import signal
import sys
import threading
import warnings
from collections.abc import Mapping
from typing import Any

import polars as pl
from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_anonymizer.operators import Operator, OperatorType

TRIGGER = "zqtrigger"


class Panic(BaseException):
    """As the PanicException of a library written in Rust: no Exception."""


class Fails(EntityRecognizer):
    """Fails on a text with `TRIGGER`."""

    def __init__(self, how: str, supported_language: str = "en") -> None:
        super().__init__(supported_entities=["ODD"], supported_language=supported_language, name="Fails")
        self._how = how

    def load(self) -> None:
        """Load nothing."""

    def analyze(self, text: str, entities: object, nlp_artifacts: object = None) -> list[RecognizerResult]:
        """Fail as it was asked to."""
        if TRIGGER in text:
            HOW[self._how](text)
        return []


class Odd(Operator):
    """Fails on every value."""

    def operate(self, text: str = "", params: Mapping[str, Any] | None = None) -> str:
        """Print the value, and raise an error with it."""
        sys.stderr.write(text)
        raise ValueError(text)

    def validate(self, params: Mapping[str, Any] | None = None) -> None:
        """Accept every parameter."""

    def operator_name(self) -> str:
        """Return the name."""
        return "odd"

    def operator_type(self) -> OperatorType:
        """Return the type."""
        return OperatorType.Anonymize


class OddPanic(Odd):
    """Fails with what is no Exception."""

    def operate(self, text: str = "", params: Mapping[str, Any] | None = None) -> str:
        """Raise an error with the value."""
        raise Panic(text)

    def operator_name(self) -> str:
        """Return the name."""
        return "odd_panic"


class _Destroyed:
    def __init__(self, text: str) -> None:
        self._text = text

    def __del__(self) -> None:
        raise ValueError(self._text)


def _raising(kind: type[BaseException]) -> Any:
    def fail(text: str) -> None:
        raise kind(text)

    return fail


def _chained(text: str) -> None:
    try:
        raise KeyError(text)
    except KeyError as error:
        raise Panic(text) from error


def _grouped(text: str) -> None:
    raise BaseExceptionGroup(text, [Panic(text), ValueError(text)])


def _polars_panic(text: str) -> None:
    raise pl.exceptions.PanicException(text)


def _says(text: str) -> None:
    warnings.warn(text, stacklevel=1)
    logging.getLogger("presidio-analyzer").warning(text)
    logging.getLogger().error(text)
    print(text)  # noqa: T201 - as code of others does
    sys.stderr.write(text)
    sys.stdout.buffer.write(text.encode())


def _in_a_thread(text: str) -> None:
    thread = threading.Thread(target=_raising(ValueError), args=(text,))
    thread.start()
    thread.join()


def _in_a_destructor(text: str) -> None:
    _Destroyed(text)


def _compiled(text: str) -> None:
    os.write(2, text.encode())
    ctypes.CDLL(None).puts(text.encode())
    ctypes.CDLL(None).fflush(None)


HOW = {
    "exception": _raising(ValueError),
    "chain": _chained,
    "group": _grouped,
    "panic": _raising(Panic),
    "polars panic": _polars_panic,
    "exit": _raising(SystemExit),
    "interrupt": _raising(KeyboardInterrupt),
    "generator": _raising(GeneratorExit),
    "memory": _raising(MemoryError),
    "says": _says,
    "thread": _in_a_thread,
    "destructor": _in_a_destructor,
    "compiled code": _compiled,
    "killed": lambda _: os.kill(os.getpid(), signal.SIGKILL),
}
"""The ways to fail, by name."""
