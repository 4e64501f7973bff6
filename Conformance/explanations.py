"""The differences that are meant, each with its heading in differences.md, where the deciding text stands."""

from comparing import Difference

RULES = []


def rule(function):
    """Registers a predicate; its name is its heading."""
    RULES.append(function)
    return function


def explain(difference: Difference, apexes: frozenset) -> str | None:
    """The name of the rule that explains a difference, None where none does."""
    for function in RULES:
        if function(difference, apexes):
            return function.__name__
    return None
