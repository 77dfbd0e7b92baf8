"""Where a release comes from, in PROV-O, and how it may be used, in ODRL: parts of the Croissant document."""

from typing import Any

from redaction.release.build_facts import BuildFacts
from redaction.release.report.facts import PolicyText


def prov_o(facts: BuildFacts) -> dict[str, Any]:
    """Describe the build as an activity: what it used, by digests, and the release before this one."""
    digests = facts.digests
    used = {
        "input tables": digests.inputs,
        "ledger and other tables of rights": digests.ledger,
        f"policy {facts.policy}": digests.policy,
        "region sets": digests.regions,
        "config": digests.config,
        "detector": digests.recognizers,
        "operators": digests.operators,
    }
    origin: dict[str, Any] = {
        "prov:wasDerivedFrom": _entity("input tables", digests.inputs),
        "prov:wasGeneratedBy": {
            "@type": "prov:Activity",
            "@id": f"urn:discreet:{facts.corpus}:{facts.version}:build",
            "name": f"Build of {facts.corpus} {facts.version}, with rights as of {facts.as_of:%Y-%m-%dT%H:%M:%SZ}",
            "prov:used": [_entity(name, digest) for name, digest in used.items() if digest],
            "prov:wasAssociatedWith": {
                "@type": "prov:SoftwareAgent",
                "@id": f"urn:sha256:{digests.code}",
                "name": "discreet",
            },
        },
    }
    if facts.predecessor:
        before = facts.predecessor
        origin["prov:wasRevisionOf"] = _entity(f"{facts.corpus} {before.version}", before.manifest_sha256)
    return origin


def _entity(name: str, digest: str) -> dict[str, str]:
    return {"@type": "prov:Entity", "@id": f"urn:sha256:{digest}", "name": name}


def usage_info(facts: BuildFacts, policy: PolicyText | None) -> dict[str, Any]:
    """State the uses that were decided for, as a policy of ODRL: no license. Nothing where the policy is not known."""
    if policy is None:
        return {}
    constraints = [
        _constraint("purpose", policy.purpose),
        _constraint("recipient", policy.recipient),
    ]
    return {
        "usageInfo": {
            "@type": ["CreativeWork", "odrl:Set"],
            "@id": f"urn:discreet:{facts.corpus}:{facts.version}:use",
            "name": "The uses for which the rights of the members were decided",
            "odrl:permission": {
                "@type": "odrl:Permission",
                "odrl:action": {"@id": "odrl:use"},
                "odrl:constraint": constraints,
            },
            "odrl:obligation": {
                "@type": "odrl:Duty",
                "odrl:action": {"@id": "odrl:delete"},
                "description": "Records that a takedown or a newer version removes.",
            },
        }
    }


def _constraint(operand: str, words: str) -> dict[str, Any]:
    return {
        "@type": "odrl:Constraint",
        "odrl:leftOperand": {"@id": f"odrl:{operand}"},
        "odrl:operator": {"@id": "odrl:isAnyOf"},
        "odrl:rightOperand": words.split(", "),
    }
