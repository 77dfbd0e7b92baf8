"""`discreet sign-off`: the holder of a role agrees to a release before it is published."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.arguments import ConfigFile
from pipelines.cli.terminal import say
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
) -> None:
    """Agree to the release that waits, by signing the digest of its manifest. The config names the roles and keys.

    Read its report first: private-reports/pending-report.html in the private state.

    Raises:
        SignOffError: No role is given.
    """
    settings, secret = load_config(config), load_key(KeySettings(file=key), Path())
    if show_key:
        say(RoleSigner(secret).public_key)
        return
    if role is None:
        raise SignOffError("sign-off: say for which role, with --role")
    made = sign(settings, role, secret)
    say(f"{made.corpus} {made.version}: signed by {role}, manifest {made.manifest_sha256}")
