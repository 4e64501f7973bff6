"""The differences that are meant, each with its heading in differences.md, where the deciding text stands."""

import dns.rdatatype

from comparing import Difference, Reply


class Rules:
    """Predicates of which each explains differences; its name is its heading. It is used as their decorator."""

    def __init__(self):
        self.predicates = []

    def __call__(self, predicate):
        self.predicates.append(predicate)
        return predicate

    def explain(self, difference, *context) -> str | None:
        """The name of the rule that explains a difference, None where none does."""
        return next((rule.__name__ for rule in self.predicates if rule(difference, *context)), None)

    def unused(self, explained) -> list[str]:
        """The names of the rules that are not among `explained`."""
        return [rule.__name__ for rule in self.predicates if rule.__name__ not in explained]


rule = rules = Rules()


SIGNATURES = {dns.rdatatype.RRSIG, dns.rdatatype.NSEC}


def replies(difference: Difference) -> list[Reply]:
    """The replies of NSD and Knot that there are."""
    return [reply for reply in (difference.nsd, difference.knot) if reply is not None]


def without_signatures(records: frozenset) -> frozenset:
    """Records but for those that only DO asks for."""
    return frozenset(record for record in records if record[1] not in SIGNATURES)


@rule
def signed_zones(difference, apexes):
    """DO=1 in a zone that holds RRSIG and NSEC records: the others add them."""
    ours = difference.sextant
    if not difference.query.wants_signatures or ours is None:
        return False
    for other in replies(difference):
        others = other.answer | other.authority | other.additional
        if without_signatures(others) != others and other.rcode == ours.rcode and (
                "TC" in other.flags
                or without_signatures(other.answer) == without_signatures(ours.answer)
                and without_signatures(other.authority) - apex_servers(other, apexes)
                == without_signatures(ours.authority)):
            return True
    return False


def apex_servers(reply: Reply, apexes: frozenset) -> frozenset:
    """The NS RRset of an apex and what proves a missing DS, in the authority section."""
    return frozenset(
        record for record in reply.authority
        if record[1] == dns.rdatatype.NS and record[0] in apexes or record[1] == dns.rdatatype.DS)


@rule
def smaller_reply(difference, apexes):
    """Sextant's reply is smaller, and complete where the others leave out or truncate the authority section."""
    ours = difference.sextant
    return ours is not None and "TC" not in ours.flags and difference.query.transport == "udp" and all(
        ours.rcode == other.rcode and ours.size < other.size and ours.answer == other.answer
        and other.authority < ours.authority for other in replies(difference))


@rule
def chain_limit(difference, apexes):
    """A chain of aliases longer than one of the three follows: all begin alike."""
    ours = difference.sextant
    if ours is None or ours.rcode != "NOERROR":
        return False
    aliases = sum(record[1] == dns.rdatatype.CNAME for record in ours.answer)
    return aliases == 16 and all(
        other.answer <= ours.answer or ours.answer <= other.answer for other in replies(difference))


def without_ttl(reply: Reply) -> tuple:
    """What is compared of a reply, but for TTLs."""
    sections = (reply.answer, reply.authority, reply.glue)
    return reply.rcode, reply.flags, *(frozenset((r[0], r[1], r[3]) for r in section) for section in sections)


@rule
def omitted_ttl(difference, apexes):
    """Records without a TTL in a zone without $TTL: only TTLs differ."""
    ours = difference.sextant
    return difference.set == "rfc 1034" and ours is not None and any(
        without_ttl(ours) == without_ttl(other) for other in replies(difference))


@rule
def signature_types_at_an_alias(difference, apexes):
    """RRSIG or NSEC is asked for at an alias that has none: Knot does not follow it."""
    ours = difference.sextant
    return (
        difference.query.type in SIGNATURES and ours is not None and difference.knot is not None
        and any(record[1] == dns.rdatatype.CNAME for record in ours.answer - difference.knot.answer))
