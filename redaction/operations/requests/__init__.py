"""Requests of members, from intake to answer: record, follow, answer, certify."""

from redaction.operations.requests.intake import Recorded, close_requests, extend, record_requests
from redaction.operations.requests.kinds import Extension, RequestKind
from redaction.operations.requests.progress import RequestLine, RequestState, list_requests
from redaction.operations.requests.reading import RequestError, checked_requests, read_requests

__all__ = [
    "Extension",
    "Recorded",
    "RequestError",
    "RequestKind",
    "RequestLine",
    "RequestState",
    "checked_requests",
    "close_requests",
    "extend",
    "list_requests",
    "read_requests",
    "record_requests",
]
