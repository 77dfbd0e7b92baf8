"""Who must agree before a release is published: sign-offs of named roles, bound to the digest of the manifest."""

from redaction.release.governance.sign_off import RoleSigner, SignOff, SignOffError, missing_roles, sign_off_problems

__all__ = ["RoleSigner", "SignOff", "SignOffError", "missing_roles", "sign_off_problems"]
