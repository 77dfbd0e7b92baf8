"""Command lines and connections hold secrets; what only refers to one is left."""

import pytest

from redaction.detection.recognizers.base import RuleRecognizer
from redaction.detection.recognizers.secrets import SecretRecognizer
from redaction.detection.recognizers.structure.keyed_values import KeyedValueRecognizer
from tests.detection.recognizers.support import found, hides

COMMANDS = [
    ("gpg --passphrase {} --decrypt x.gpg", "Quay7Lantern"),
    ("tool --api-key {} run", "q8Zr41mXw22Lt"),
    ("tool --token={} run", "q8Zr41mXw22Lt"),
    ("tool --password={} run", "Quay7Lantern"),
    ("sshpass -p {} ssh a@b", "Quay7Lantern"),
    ("docker login -u svc -p {} reg.example", "Quay7Lantern"),
    ("unzip -P {} x.zip", "Quay7Lantern"),
    ("mysqldump -u root -p{} shop", "Quay7Lantern"),
    ("openssl enc -aes-256-cbc -k {} -in a", "Quay7Lantern"),
    ("openssl rsa -passin pass:{} -in a", "Quay7Lantern"),
    ("curl -u svc:{} https://api.example", "Quay7Lantern"),
    ("redis-cli -h h -a {} ping", "Quay7Lantern"),
    ("mysql://svc:{}@db.internal/shop", "qu@y7lantern"),
    ("redis://:{}@cache.internal:6379/0", "Quay7Lantern"),
    ("PGPASSWORD={} psql", "Quay7Lantern"),
    ("export SSHPASS={}", "Quay7Lantern"),
    ("REDISCLI_AUTH={}", "Quay7Lantern"),
    ("Endpoint=sb://x;SharedAccessKey={};y=1", "q8Zr41mXw22Ltq8Zr41mXw22Lt"),
    (
        "wallet 5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ",
        "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ",
    ),
    ("eth private key: 0x{}", "5d" * 32),
    ("AKIA4RZT7VWXNLP2KDQ9 / {}", "wJa8rXVtnFEMI/K7NDENGbQxRfiCYz3kQp9TLm1s"),
]


@pytest.mark.parametrize(("frame", "secret"), COMMANDS)
def test_secrets_of_command_lines_and_connections_are_found(frame: str, secret: str) -> None:
    text = frame.format(secret)
    recognizers: list[RuleRecognizer] = [SecretRecognizer(), KeyedValueRecognizer()]
    assert any(hides(recognizer, text, secret) for recognizer in recognizers), text


@pytest.mark.parametrize(
    "text",
    [
        "restic --password-command x --password-file /etc/p",
        "docker run -u 1000:1000 -p 8080:80 img",
        "tool --password <password> --token $TOKEN --api-key YOUR_API_KEY",
        "mysql://user:<password>@db/shop",
        "https://user:${PASS}@host.example/x",
        "the password is wrong; the token expired; pass the salt",
        "ssh -p 2222 a@b",
        "mkdir -p build/outputs",
        "commit a94a8fe5ccb19ba61c4c0873d391e987982fbbd3 on aws",
        "tx 0x" + "5d" * 32,
        "if let token = timeObserverToken { player.stop(token) }",
        "const password = getPassword(); secret: process.env.APP_SECRET",
    ],
)
def test_what_only_refers_to_a_secret_is_left(text: str) -> None:
    assert not found(SecretRecognizer(), text) | found(KeyedValueRecognizer(), text)
