"""The results as a page."""

import statistics

from ratios import ratio

OURS = "sextant"
TITLES = {"sextant": "Sextant", "gdnsd": "gdnsd", "knot": "Knot", "nsd": "NSD", "pdns": "PowerDNS"}


def median(runs: list[dict], key: str) -> float | None:
    """The median of one figure over the rounds, where there is one."""
    values = [run[key] for run in runs if key in run]
    return statistics.median(values) if values else None


def best_peer(servers: dict[str, list[dict]]) -> str | None:
    """The peer that needs the least processor time a query."""
    peers = [name for name in servers if name != OURS]
    return min(peers, key=lambda name: median(servers[name], "processor"), default=None)


def comparison(servers: dict[str, list[dict]]) -> tuple[str, float, float | None, float | None] | None:
    """The best peer, and the ratio of our processor time a query to its with the ends of its 95 % interval."""
    best = best_peer(servers)
    if best is None or OURS not in servers:
        return None
    return best, *ratio(*([run["processor"] for run in servers[name]] for name in (OURS, best)))


def rows(lines: list[list[str]]) -> str:
    """A table of Markdown, the first line its head."""
    rule = ["---"] + ["---:"] * (len(lines[0]) - 1)
    return "".join(f"| {' | '.join(line)} |\n" for line in [lines[0], rule, *lines[1:]])


def number(value: float | None, digits: int = 0) -> str:
    """A number with so many digits behind the point, or that there is none."""
    return "–" if value is None else f"{value:,.{digits}f}"


def interval(low: float | None, high: float | None) -> str:
    """The ends of an interval."""
    return "" if low is None else f" ({low:.3f} to {high:.3f})"


def page(results: dict, titles: dict[str, str]) -> str:
    """The page; `titles` are those of the workloads."""
    parts = [introduction(results)]
    for name, loads in results["queries"].items():
        lines = [["load", "server", "µs a query", "user", "system", "queries/s", "busy", "p50 µs", "p99 µs", "p99.9 µs",
                  "lost", "to the best peer"]]
        for load, servers in loads.items():
            compared = comparison(servers)
            for server, runs in servers.items():
                against = ""
                if server == OURS and compared:
                    best, middle, low, high = compared
                    against = f"{middle:.3f}{interval(low, high)} of {TITLES[best]}"
                lines.append([
                    load, TITLES[server], *(number(median(runs, key), 2) for key in ("processor", "user", "system")),
                    number(median(runs, "rate")), f"{median(runs, 'busy'):.0%}",
                    *(number(median(runs, key)) for key in ("p50", "p99", "p99.9")),
                    number(sum(run["lost"] for run in runs)), against])
        parts.append(f"## {titles[name]}\n{rows(lines)}")
    if "memory" in results:
        parts.append("## Memory with these zones and the database\n" + rows(
            [["server", "MB"], *([TITLES[name], number(value)] for name, value in results["memory"].items())]))
    return "\n".join(parts)


def introduction(results: dict) -> str:
    """What was run, where and how."""
    versions = ", ".join(f"{TITLES[name]} {version}" for name, version in results["versions"].items())
    machine = results["machine"]
    return f"""# Results
Written by `make bench` on {results["date"]}; [the page above](../README.md) says how to read it.

{versions}. {machine["processor"]}, {machine["processors"]} processors, Linux {machine["kernel"]}; load average before
{machine["load"]:.1f}. {results["rounds"]} rounds, {results["seconds"]:g} s a run; medians.
"""
