"""`discreet sign-off`: the holder of a role agrees to a release before it is published."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.arguments import AsJson, ConfigFile
from pipelines.cli.shared.done import SignOffReport
from pipelines.cli.terminal import say, say_json
from redaction.builds.sign_off import sign_off as sign
from redaction.config import load_config
from redaction.release import KeySettings, load_key
from redaction.release.governance import RoleSigner, SignOffError


def sign_off(
    config: ConfigFile,
    key: Annotated[Path, typer.Option(help="The secret key file of the holder of the role.", show_default=False)],
    role: Annotated[str | None, typer.Option(help="The role that agrees.", show_default=False)] = None,
    show_key: Annotated[
        bool, typer.Option("--show-key", help="Sign nothing: print the public key, for release.governance.sign_off.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Agree to the release that waits, by signing the digest of its manifest. The config names the roles and keys.

    Read its report first: private-reports/pending-report.html in the private state.

    Raises:
        SignOffError: No role is given.
    """
    settings, secret = load_config(config), load_key(KeySettings(file=key), Path())
    public_key = RoleSigner(secret).public_key
    if show_key:
        if as_json:
            say_json(SignOffReport(public_key=public_key))
        else:
            say(public_key)
        return
    if role is None:
        raise SignOffError("sign-off: say for which role, with --role")
    made = sign(settings, role, secret)
    if as_json:
        signed = {"corpus": made.corpus, "version": str(made.version), "manifest_sha256": made.manifest_sha256}
        say_json(SignOffReport(public_key=public_key, role=role, **signed))
        return
    say(f"{made.corpus} {made.version}: signed by {role}, manifest {made.manifest_sha256}")
