"""The results as a page."""

import statistics

from ratios import ratio

OURS = "sextant"
TITLES = {"sextant": "Sextant", "gdnsd": "gdnsd", "knot": "Knot", "nsd": "NSD", "pdns": "PowerDNS"}
# The most that ours may need of what the best peer needs, and the upper end of the interval.
AIM, LIMIT = 0.97, 1.0
AIMED_AT = ("static", "nxdomain", "geo", "geo-ecs"), ("50 k/s", "maximum")


def median(runs: list[dict], key: str) -> float | None:
    """The median of one figure over the rounds, where there is one."""
    values = [run[key] for run in runs if key in run]
    return statistics.median(values) if values else None


def best_peer(servers: dict[str, list[dict]], key: str) -> str | None:
    """The peer that has the least of something."""
    medians = {name: median(runs, key) for name, runs in servers.items() if name != OURS}
    return min((name for name, value in medians.items() if value is not None), key=medians.get, default=None)


def comparison(servers: dict[str, list[dict]]) -> tuple[str, float, float | None, float | None] | None:
    """The best peer, and the ratio of our processor time a query to its with the ends of the 95 % interval."""
    best = best_peer(servers, "processor")
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


def page(results: dict, titles: dict[str, str]) -> str:
    """The page; `titles` are those of the workloads."""
    parts = [introduction(results)]
    if results["queries"]:
        parts += [overview(results["queries"], titles), *(
            workload(titles[name], loads) for name, loads in results["queries"].items())]
    if "memory" in results:
        parts.append("## Memory with these zones and the database\n" + rows(
            [["server", "MB"], *([TITLES[name], number(value)] for name, value in results["memory"].items())]))
    parts += [figures(f"Loading {title}", servers, {
        "CPU s": ("processor", 2), "s": ("wall", 2), "MB": ("memory", 0), "reload, CPU s": ("reload processor", 2),
        "reload, s": ("reload wall", 2), "most MB": ("peak", 0), "MB after it": ("memory after a reload", 0)})
        for title, servers in results["loading"].items()]
    parts += [figures(f"Reloading {title} every 2 s at 50 k/s", servers, {
        "lost": ("lost", 0), "p50 µs": ("p50", 0), "p99 µs": ("p99", 0), "p99.9 µs": ("p99.9", 0),
        "µs a query": ("processor", 2), "at rest: lost": ("lost at rest", 0), "at rest: p99.9 µs": ("p99.9 at rest", 0),
        "at rest: µs a query": ("processor at rest", 2)}) for title, servers in results["reloading"].items()]
    if results["left out"]:
        parts.append("## Left out\n" + "".join(f"- {reason}\n" for reason in results["left out"]))
    return "\n".join(parts)


def introduction(results: dict) -> str:
    """What was run, where and how."""
    versions = ", ".join(f"{TITLES[name]} {version}" for name, version in results["versions"].items())
    machine = results["machine"]
    return f"""# Results
Written by `make bench` on {results["date"]}; [Benchmarks](../README.md) says how to read it.

{versions}. {machine["processor"]}, {machine["processors"]} processors, Linux {machine["kernel"]}; load average before:
{machine["load"]:.1f}. {results["rounds"]} rounds, {results["seconds"]:g} s a run; medians.
"""


def overview(queries: dict, titles: dict[str, str]) -> str:
    """Ours against the best peer, in one table."""
    lines = [["answers", "load", "best peer", "processor time a query, ours to its", "95 %", "p99 µs", "least p99 of a peer",
              "aim"]]
    for name, loads in queries.items():
        for load, servers in loads.items():
            if compared := comparison(servers):
                best, middle, low, high = compared
                ours, other = median(servers[OURS], "p99"), best_peer(servers, "p99")
                theirs = median(servers[other], "p99") if other else None
                aimed_at = name in AIMED_AT[0] and load in AIMED_AT[1]
                reached = middle <= AIM and high is not None and high <= LIMIT and (ours is None or theirs is None or ours <= theirs)
                lines.append([
                    titles[name], load, TITLES[best], number(middle, 3),
                    "–" if low is None else f"{low:.3f} to {high:.3f}", number(ours),
                    f"{number(theirs)} {TITLES[other]}" if other else "–",
                    ("reached" if reached else "missed") if aimed_at else ""])
    return (f"## Sextant and the best peer\nThe aim, where there is one: at most {AIM}, the interval at most {LIMIT:g}, and "
            f"a p99 that is not above any peer's.\n\n{rows(lines)}")


def workload(title: str, loads: dict) -> str:
    """All figures of a workload."""
    lines = [["load", "server", "µs a query", "user", "system", "queries/s", "busy", "p50 µs", "p99 µs", "p99.9 µs", "lost",
              "late µs"]]
    for load, servers in loads.items():
        for server in sorted(servers, key=list(TITLES).index):
            runs = servers[server]
            lines.append([
                load, TITLES[server], *(number(median(runs, key), 2) for key in ("processor", "user", "system")),
                number(median(runs, "rate")), f"{median(runs, 'busy'):.0%}",
                *(number(median(runs, key)) for key in ("p50", "p99", "p99.9")), number(sum(run["lost"] for run in runs)),
                number(median(runs, "late"))])
    return f"## {title[0].upper()}{title[1:]}\n{rows(lines)}"


def figures(title: str, servers: dict[str, list[dict]], columns: dict[str, tuple[str, int]]) -> str:
    """A line a server; a column's value is the key of the figure and how many digits it has."""
    lines = [["server", *columns]]
    for server in sorted(servers, key=list(TITLES).index):
        lines.append([TITLES[server], *(number(median(servers[server], key), digits) for key, digits in columns.values())])
    return f"## {title}\n{rows(lines)}"
