"""What a member can be given: a package with a letter, the texts and the decisions, and a signed certificate."""

from redaction.operations.requests.answers.certificate import Certificate, Certifier
from redaction.operations.requests.answers.check_certificate import certificate_problems, read_certificate
from redaction.operations.requests.answers.holdings import Holdings, gather
from redaction.operations.requests.answers.member_answer import MemberAnswer, answer_of
from redaction.operations.requests.answers.package import package_files, write_package
from redaction.operations.requests.answers.words import LANGUAGES

__all__ = [
    "LANGUAGES",
    "Certificate",
    "Certifier",
    "Holdings",
    "MemberAnswer",
    "answer_of",
    "certificate_problems",
    "gather",
    "package_files",
    "read_certificate",
    "write_package",
]
