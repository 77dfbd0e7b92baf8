"""A release that two roles must sign is published only when both signed its manifest, byte for byte."""

from pathlib import Path

import pytest

from redaction.builds.sign_off import pending_manifest, sign_off
from redaction.config import ConfigError, load_config
from redaction.release import Manifest, create_key_file, load_key
from redaction.release.governance import RoleSigner, SignOffError
from redaction.release.identity.record_keys import KeySettings
from redaction.release.takedown import verify_beside_notices
from redaction.state.action_log import read_actions
from redaction.state.keys import master_key
from tests.network import Network, paths_of
from tests.operations.take_down.requests import opted_out, take_down
from tests.releases import release

ROLES = ("privacy_officer", "release_manager")


@pytest.fixture
def secrets(tmp_path: Path) -> dict[str, bytes]:
    files = {role: create_key_file(tmp_path / f"{role}.key") for role in ROLES}
    return {role: load_key(KeySettings(file=file)) for role, file in files.items()}


@pytest.fixture
def config(tmp_path: Path, secrets: dict[str, bytes]) -> Path:
    roles = {role: RoleSigner(secret).public_key for role, secret in secrets.items()}
    return Network().write(tmp_path / "net", release={"governance": {"sign_off": roles}})


def test_a_release_waits_for_both_roles(config: Path, secrets: dict[str, bytes]) -> None:
    settings, paths = load_config(config), paths_of(config)
    with pytest.raises(SignOffError, match="needs the sign-off of privacy_officer and release_manager"):
        release(config)
    assert paths.registry.versions() == ()
    digest = pending_manifest(paths).digest
    sign_off(settings, ROLES[0], secrets[ROLES[0]])
    with pytest.raises(SignOffError, match="needs the sign-off of release_manager:"):
        release(config)
    sign_off(settings, ROLES[1], secrets[ROLES[1]])
    folder = release(config)
    assert Manifest.read(folder).digest == digest
    report = verify_beside_notices(folder)
    assert (report.ok, report.signatures) == (True, 2)
    assert not (paths.state / "pending.json").exists()
    deeds = [entry.deed.value for entry in read_actions(paths, master_key(settings))]
    assert deeds == ["signed off", "signed off", "released"]
    signed = Path(str(paths.releases)) / "sign-offs" / "1.0.0-privacy_officer.json"
    signed.write_bytes(signed.read_bytes().replace(b"1.0.0", b"1.0.1"))
    assert verify_beside_notices(folder).problems == (
        "sign-offs/1.0.0-privacy_officer.json: the signature is not valid",
    )


def test_a_sign_off_is_for_that_manifest_only(config: Path, secrets: dict[str, bytes]) -> None:
    with pytest.raises(SignOffError):
        release(config)
    for role in ROLES:
        sign_off(load_config(config), role, secrets[role])
    made = Network()
    made.posts.append(made.posts[1] | {"post_id": "p-new", "text": "A new thought about the station clock."})
    made.write(config.parent, release=load_config(config).release.model_dump(mode="json", include={"governance"}))
    with pytest.raises(SignOffError, match="needs the sign-off of"):
        release(config)


def test_another_role_or_key_cannot_sign(config: Path, secrets: dict[str, bytes]) -> None:
    settings = load_config(config)
    with pytest.raises(SignOffError, match="no release waits"):
        sign_off(settings, ROLES[0], secrets[ROLES[0]])
    with pytest.raises(SignOffError):
        release(config)
    with pytest.raises(SignOffError, match="names another key"):
        sign_off(settings, ROLES[0], secrets[ROLES[1]])
    with pytest.raises(SignOffError, match="waits for privacy_officer and release_manager only"):
        sign_off(settings, "builder", master_key(settings))


def test_a_takedown_does_not_wait(config: Path, secrets: dict[str, bytes]) -> None:
    settings = load_config(config)
    with pytest.raises(SignOffError):
        release(config)
    for role in ROLES:
        sign_off(settings, role, secrets[role])
    release(config)
    governed = settings.release.model_dump(mode="json", include={"governance", "card", "quality"})
    opted_out(Network()).write(config.parent, release=governed)
    outcome = take_down(config)
    assert outcome is not None
    assert verify_beside_notices(Path(str(outcome.successor))).ok


@pytest.mark.parametrize(
    "roles", [{"one": "0" * 64}, {"one": "0" * 64, "two": "0" * 64}, {"A b": "0" * 64, "b": "1" * 64}]
)
def test_two_roles_with_two_keys_are_needed(tmp_path: Path, roles: dict[str, str]) -> None:
    config = Network().write(tmp_path, release={"governance": {"sign_off": roles}})
    with pytest.raises(ConfigError, match="sign_off"):
        load_config(config)
