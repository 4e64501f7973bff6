"""The differences from gdnsd that are meant, each with its heading in differences.md."""

import ipaddress

from explanations import Rules
from maps import NEAREST

rule = rules = Rules()

# IPv4-compatible, SIIT and Teredo.
OTHER_FORMS = [ipaddress.IPv6Network(text) for text in ("::/96", "::ffff:0:0:0/96", "2001::/32")]


@rule
def three_nearest(difference):
    """gdnsd's list by distance ends where Sextant goes on with the others as written."""
    ours, theirs = difference.sextant, difference.gdnsd
    others = [site for site in difference.map.order if site not in theirs.sites]
    return (difference.map.is_automatic and len(theirs.sites) == NEAREST
            and ours.sites == theirs.sites + others and difference.scopes_agree())


@rule
def other_forms_of_ipv4(difference):
    """gdnsd knows more networks of IPv6 for those of IPv4."""
    return difference.client.family == 2 and any(
        ipaddress.IPv6Address(difference.client.address) in network for network in OTHER_FORMS)


@rule
def networks_around_6to4(difference):
    """A network of the map has all of 6to4 in it."""
    return (difference.map.is_around_6to4 and difference.client.family == 2
            and difference.client.address >> 112 == 0x2002)
