"""The results as a chart."""

import pygal
from pygal.style import Style

from table import TITLES, median

LOAD = "maximum"
# Sextant stands out from its peers; all can be told apart without red and green.
COLORS = ("#d55e00", "#0072b2", "#56b4e9", "#009e73", "#999999")


def draw(queries: dict, titles: dict[str, str], path: str) -> None:
    """Draws the processor time a query of each workload over UDP at full load; those over TCP need ten times as much."""
    shown = [name for name, loads in queries.items() if not name.startswith("tcp") and LOAD in loads]
    chart = pygal.Bar(
        style=Style(colors=COLORS, background="white", plot_background="white", font_family="sans-serif"),
        title="Processor time a query at full load", y_title="microseconds", width=960, height=440, js=[])
    # What its styles are bound to; at random without this.
    chart.uuid = "processor-time"
    chart.x_labels = [titles[name] for name in shown]
    for server, title in TITLES.items():
        values = [median(queries[name][LOAD].get(server, []), "processor") for name in shown]
        if any(values):
            chart.add(title, [value and round(value, 2) for value in values])
    chart.render_to_file(path)
