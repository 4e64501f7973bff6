"""What is compared of three replies, and what is free. README.md has it in words."""

from dataclasses import dataclass, field

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype

from asking import Query

A, NS, AAAA = 1, 2, 28
FLAGS = ("AA", "TC", "RD", "RA", "AD", "CD")


@dataclass
class Reply:
    """A decoded reply, cut down to what is compared."""

    rcode: str
    flags: tuple[str, ...]
    question: bytes
    answer: frozenset
    authority: frozenset
    additional: frozenset
    glue: frozenset = field(default_factory=frozenset)
    duplicates: bool = False
    size: int = 0
    has_edns: bool = False

    def aspects(self) -> dict[str, object]:
        """The compared aspects by name."""
        aspects = {"rcode": self.rcode, "flags": self.flags, "question": self.question}
        if "TC" not in self.flags:
            aspects |= {"answer": self.answer, "authority": self.authority, "glue": self.glue}
        return aspects


def _records(section) -> tuple[frozenset, bool]:
    records = [(rrset.name, rrset.rdtype, rrset.ttl, rdata) for rrset in section for rdata in rrset]
    unique = frozenset(records)
    return unique, len(unique) != len(records)


def decode(wire: bytes, apexes: frozenset) -> Reply:
    """Decodes strictly: raises where a section is short, a name is wrong or octets are left over."""
    message = dns.message.from_wire(wire, one_rr_per_rrset=True)
    answer, twice1 = _records(message.answer)
    authority, twice2 = _records(message.authority)
    additional, twice3 = _records(message.additional)
    if answer:
        # An apex's NS RRset beside an answer is optional.
        authority = frozenset(record for record in authority if record[1] != NS or record[0] not in apexes)
    hosts = {record[3].target for record in authority if record[1] == NS and record[0] not in apexes}
    glue = frozenset(record for record in additional if record[1] in (A, AAAA) and record[0] in hosts)
    end = 12
    if message.question:
        while wire[end]:
            end += wire[end] + 1
        end += 5
    return Reply(
        rcode=dns.rcode.to_text(message.rcode()),
        flags=tuple(name for name in FLAGS if message.flags & dns.flags.Flag[name]),
        question=wire[12:end], answer=answer, authority=authority, additional=additional, glue=glue,
        duplicates=twice1 or twice2 or twice3, size=len(wire), has_edns=message.edns >= 0)


@dataclass
class Difference:
    """A query that Sextant answers as neither of the others does, or wrongly in itself."""

    set: str
    query: Query
    aspects: list[str]
    sextant: Reply | None
    nsd: Reply | None
    knot: Reply | None
    note: str = ""
    others_agree: bool = False

    def kind(self) -> tuple:
        """What is alike in differences of one kind."""
        return tuple(self.aspects), self.others_agree

    def line(self) -> str:
        """The difference in one line: response code, flags and the number of records by section, of each."""

        def short(reply: Reply | None) -> str:
            if reply is None:
                return "-"
            counts = "/".join(str(len(part)) for part in (reply.answer, reply.authority, reply.glue))
            return f"{reply.rcode} {'+'.join(reply.flags)} {counts}"

        return (f"{'AGREE ' if self.others_agree else ''}{self.set}: {self.query}: {','.join(self.aspects)} | "
                f"{short(self.sextant)} | {short(self.nsd)} | {short(self.knot)}")

    def __str__(self) -> str:
        lines = [f"{self.set}: {self.query}: {', '.join(self.aspects)} {self.note}"
                 + (" (NSD and Knot agree)" if self.others_agree else "")]
        for name in ("sextant", "nsd", "knot"):
            reply = getattr(self, name)
            if reply is None:
                lines.append(f"  {name}: no reply")
                continue
            lines.append(f"  {name}: {reply.rcode} {' '.join(reply.flags)} {reply.size} octets")
            for section in ("answer", "authority", "additional"):
                records = sorted(getattr(reply, section), key=str)
                for owner, type, ttl, rdata in records[:8]:
                    lines.append(f"    {section} {owner} {ttl} {dns.rdatatype.to_text(type)} {str(rdata)[:120]}")
                if len(records) > 8:
                    lines.append(f"    … {len(records)} in all")
        return "\n".join(lines)


def compare(set: str, query: Query, wires: list[bytes | None], apexes: frozenset) -> Difference | None:
    """The difference, if any; `wires` are the replies of Sextant, NSD and Knot."""
    try:
        ours = None if wires[0] is None else decode(wires[0], apexes)
    except dns.exception.DNSException as error:
        return Difference(set, query, ["decoding"], None, None, None, f"{error!r}")
    others = []
    for wire in wires[1:]:
        try:
            others.append(None if wire is None else decode(wire, apexes))
        except dns.exception.DNSException:
            others.append(None)
    nsd, knot = others

    def differs(aspects: list[str], note: str = "", agree: bool = False) -> Difference:
        return Difference(set, query, aspects, ours, nsd, knot, note, agree)

    if ours is None:
        return differs(["reply"])
    if ours.size > query.limit():
        return differs(["size"])
    if ours.duplicates:
        return differs(["duplicates"])
    if ours.has_edns != (query.size is not None):
        return differs(["EDNS"])
    mine = ours.aspects()
    theirs = [other.aspects() for other in others if other is not None]
    if not theirs:
        return differs(["oracles"], "neither NSD nor Knot answers")
    if any(other == mine for other in theirs):
        return None
    wrong = [
        name for name, value in mine.items()
        if not any(name not in other or other[name] == value for other in theirs)]
    if not wrong:
        wrong = ["mixture"]
    return differs(wrong, agree=len(theirs) == 2 and theirs[0] == theirs[1])
