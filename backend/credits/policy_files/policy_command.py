"""`meetonce policy`: look at credit policies, and check files of one's own before their use."""

from collections.abc import Sequence
from pathlib import Path

from backend.credits.policy import (
    SCHEMA_FILE,
    Policy,
    PolicyError,
    UnknownPolicy,
    builtin_policies,
    own_policies,
    policy_schema_text,
    read_policy,
)

GOOD, FAULTY, UNREADABLE = 0, 1, 2


def validate_files(files: Sequence[Path]) -> tuple[int, list[str]]:
    """What is wrong with these files, a line each as `file:line: key: what`; and the exit code.

    0 when all are good, 1 when one has faults, 2 when one cannot be read.
    """
    code, lines = GOOD, []
    for file in files:
        try:
            policy = read_policy(file)
        except PolicyError as faulty:
            code = max(code, FAULTY)
            lines += [f"{file}:{line}: {message}" for line, message in faulty.problems]
        except UnknownPolicy as unreadable:
            code = UNREADABLE
            lines.append(str(unreadable))
        else:
            lines.append(f"{file}: {policy.id} is good: {_in_short(policy)}")
    return code, lines


def list_policies(folder: Path) -> list[str]:
    """A line for each policy that can be used, built-in ones first, and for each faulty file."""
    own, faults = own_policies([folder])
    lines = [f"{policy.id}: {_in_short(policy)}" for policy in builtin_policies().values()]
    lines += [f"{policy.id} (own): {_in_short(policy)}" for policy in own]
    return [*lines, *(f"not usable: {fault}" for fault in faults)]


def _in_short(policy: Policy) -> str:
    plans = ", ".join(f"{name} {plan.allotment}" for name, plan in policy.plans.items())
    actions = ", ".join(f"{name} {action.cost}" for name, action in policy.actions.items())
    return f"plans {plans}; actions {actions}"


if __name__ == "__main__":  # make schema
    SCHEMA_FILE.write_text(policy_schema_text(), "utf-8")
