"""Labeled texts as other tools read and write them.

Label Studio: a JSON array of tasks, https://labelstud.io/guide/task_format. Offsets are code points; versions before
1.5 count UTF-16 units, which differ behind an emoji, so a span is compared with the text that it quotes.
doccano: JSON Lines with `text` and `label`, a list of `[start, end, label]`; offsets are code points. Projects with
relations have `entities` instead.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from redaction.evaluation import LabeledSpan, LabeledText
from redaction.operations.review.review_case import ReviewError

_ID: Final = "discreet_id"
_FROM, _TO = "label", "text"


class Format(StrEnum):
    """How a file holds labeled texts."""

    DISCREET = "discreet"
    """JSON Lines of `discreet evaluate` and of training."""
    LABEL_STUDIO = "label-studio"
    """A JSON array of tasks."""
    DOCCANO = "doccano"
    """JSON Lines."""


def dump(texts: Iterable[LabeledText], form: Format, *, predicted: bool = False) -> str:
    """Write labeled texts in a format.

    Args:
        texts: The texts.
        form: The format.
        predicted: Whether the spans are what was found, for somebody to decide on. Label Studio then shows them as
            predictions.

    Returns:
        The content of the file.
    """
    if form is Format.LABEL_STUDIO:
        return json.dumps([_task(each, predicted=predicted) for each in texts], ensure_ascii=False, indent=1) + "\n"
    line = _own_line if form is Format.DISCREET else _doccano_line
    return "".join(json.dumps(line(each), ensure_ascii=False) + "\n" for each in texts)


def load(content: str, form: Format, source: str) -> list[LabeledText]:
    """Read labeled texts of a format.

    Args:
        content: The content of the file.
        form: The format.
        source: The name of the file, for messages.

    Returns:
        The texts. Tasks of Label Studio without a finished annotation are left out.

    Raises:
        ReviewError: It is not in this format, or a span does not fit its text. The message has no text.
    """
    read = {Format.LABEL_STUDIO: _of_task, Format.DISCREET: _of_own_line, Format.DOCCANO: _of_doccano_line}[form]
    loaded, number = [], 0
    try:
        for number, raw in enumerate(_raw(content, form), start=1):  # noqa: B007 - the message has it
            text = read(raw)
            if text is not None:
                loaded.append(text)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        what = "task" if form is Format.LABEL_STUDIO else "line"
        raise ReviewError(
            f"{source}, {what} {max(number, 1)}: not of the format {form}, or a span does not fit its text; export it "
            "again, or say another --format"
        ) from None
    return loaded


def _raw(content: str, form: Format) -> Iterable[Any]:
    if form is Format.LABEL_STUDIO:
        tasks = json.loads(content)
        if not isinstance(tasks, list):
            raise TypeError
        return tasks
    return (json.loads(line) for line in content.split("\n") if line.strip())


def _own_line(text: LabeledText) -> dict[str, Any]:
    line: dict[str, Any] = {"id": text.document_id, "text": text.text, "language": text.language}
    line["spans"] = [{"start": s.start, "end": s.end, "label": s.entity_type} for s in text.spans]
    return line | ({"known": {kind: list(values) for kind, values in text.known.items()}} if text.known else {})


def _of_own_line(raw: Mapping[str, Any]) -> LabeledText:
    spans = ((span["start"], span["end"], span["label"]) for span in raw["spans"])
    return _text(raw, str(raw["id"]), spans, {kind: tuple(values) for kind, values in (raw.get("known") or {}).items()})


def _doccano_line(text: LabeledText) -> dict[str, Any]:
    return {
        _ID: text.document_id,
        "text": text.text,
        "language": text.language,
        "label": [[s.start, s.end, s.entity_type] for s in text.spans],
    }


def _of_doccano_line(raw: Mapping[str, Any]) -> LabeledText:
    if "entities" in raw:
        spans = [(each["start_offset"], each["end_offset"], each["label"]) for each in raw["entities"]]
    else:
        spans = [(start, end, label) for start, end, label in raw["label" if "label" in raw else "labels"]]
    return _text(raw, str(raw.get(_ID, raw.get("id", ""))), spans)


def _task(text: LabeledText, *, predicted: bool) -> dict[str, Any]:
    result = [
        {
            "id": f"{text.document_id[:8]}-{number}",
            "from_name": _FROM,
            "to_name": _TO,
            "type": "labels",
            "value": {
                "start": s.start,
                "end": s.end,
                "text": text.text[s.start : s.end],
                "labels": [s.entity_type],
            },
        }
        for number, s in enumerate(text.spans)
    ]
    data = {"text": text.text, _ID: text.document_id, "language": text.language}
    if predicted:
        return {"data": data, "predictions": [{"model_version": "discreet", "result": result}]}
    return {"data": data, "annotations": [{"result": result, "was_cancelled": False}]}


def _of_task(raw: Mapping[str, Any]) -> LabeledText | None:
    done = [each for each in raw.get("annotations") or () if not each.get("was_cancelled")]
    if not done:
        return None
    data = raw["data"]
    spans = [
        (*_offsets(data["text"], each["value"]), label)
        for each in done[-1]["result"]
        if each.get("type") == "labels"
        for label in each["value"]["labels"]
    ]
    return _text(data, str(data.get(_ID, raw.get("id", ""))), spans)


def _offsets(text: str, value: Mapping[str, Any]) -> tuple[int, int]:
    """Return the offsets in code points; the quoted text says what the file counts."""
    start, end = int(value["start"]), int(value["end"])
    quoted = value.get("text")
    if quoted is None or _plain(text[start:end]) == _plain(quoted):
        return start, end
    units = text.encode("utf-16-le", "surrogatepass")
    before, within = (units[2 * a : 2 * b].decode("utf-16-le") for a, b in ((0, start), (start, end)))
    if _plain(within) != _plain(quoted):
        raise ValueError
    return len(before), len(before) + len(within)


def _plain(text: str) -> str:
    """Return a text without what Label Studio may write otherwise in a quotation: white space and line ends."""
    return "".join(text.replace("\\n", "").split())


def _text(
    raw: Mapping[str, Any],
    document_id: str,
    spans: Iterable[Sequence[Any]],
    known: Mapping[str, tuple[str, ...]] | None = None,
) -> LabeledText:
    text, language = raw["text"], raw.get("language")
    if not isinstance(text, str):
        raise TypeError
    found = sorted((LabeledSpan(int(start), int(end), str(label)) for start, end, label in spans), key=_place)
    if any(not 0 <= span.start < span.end <= len(text) for span in found):
        raise ValueError
    return LabeledText(document_id, text, tuple(found), "", language, known or {})


def _place(span: LabeledSpan) -> tuple[int, int, str]:
    return span.start, span.end, span.entity_type
