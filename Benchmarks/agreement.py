"""Whether servers answer the same: no figure is worth anything without it."""

import collections
import random

import dns.exception
import dns.message
import dns.query
import dns.rcode

from peers import Peer
from queries import Workload

QUESTIONS = 5


def dissenters(workload: Workload, servers: list[Peer]) -> dict[Peer, str]:
    """The servers whose answers differ from those of most, and the first that does. Where addresses are drawn, or depend on
    health, only that there are any is compared."""
    draw = random.Random(1)
    found = {}
    for _ in range(QUESTIONS):
        query = dns.message.from_wire(workload.message(workload.question(draw), draw)[2:])
        given = {server: _answer(server, query, workload) for server in servers}
        usual = collections.Counter(given.values()).most_common(1)[0][0]
        for server, answer in given.items():
            if answer != usual:
                found.setdefault(server, f"{query.question[0]}: {answer}, others {usual}")
    return found


def _answer(server: Peer, query: dns.message.Message, workload: Workload) -> str:
    """The code, and the data of the answer or, where there is none, of the referral."""
    ask = dns.query.udp if workload.transport == "udp" else dns.query.tcp
    try:
        reply = ask(query, server.address, port=server.port, timeout=5)
    except (OSError, dns.exception.DNSException) as error:
        return type(error).__name__
    code = dns.rcode.to_text(reply.rcode())
    records = sorted(record.to_text() for rrset in reply.answer or reply.authority for record in rrset)
    if code == "NXDOMAIN":
        return code
    return f"{code} {len(records)}" if workload.drawn else f"{code} {', '.join(records)[:80]}"
