"""Requests of members, from intake to answer: record, follow, answer, certify."""

from redaction.operations.requests.answer import answer_member, answer_requests, certify_member
from redaction.operations.requests.answers import LANGUAGES, Certificate, certificate_problems, read_certificate
from redaction.operations.requests.intake import Recorded, close_requests, extend, record_events, record_requests
from redaction.operations.requests.kinds import Extension, RequestKind
from redaction.operations.requests.progress import RequestLine, RequestState, list_requests
from redaction.operations.requests.reading import RequestError, checked_requests, read_requests
from redaction.operations.requests.receipts import read_receipts

__all__ = [
    "LANGUAGES",
    "Certificate",
    "Extension",
    "Recorded",
    "RequestError",
    "RequestKind",
    "RequestLine",
    "RequestState",
    "answer_member",
    "answer_requests",
    "certificate_problems",
    "certify_member",
    "checked_requests",
    "close_requests",
    "extend",
    "list_requests",
    "read_certificate",
    "read_receipts",
    "read_requests",
    "record_events",
    "record_requests",
]
