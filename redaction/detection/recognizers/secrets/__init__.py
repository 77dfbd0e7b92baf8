"""Secrets: API keys, passwords, one-time codes, private keys."""

from redaction.detection.recognizers.secrets.recognizer import SecretRecognizer

__all__ = ["SecretRecognizer"]
