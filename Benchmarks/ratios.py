"""Ratios of paired measurements: those of one round were made one after the other, so what else the machine did in that
minute weighs on both."""

import math
import statistics


def ratio(values: list[float], others: list[float]) -> tuple[float, float | None, float | None]:
    """The median of the ratios of the pairs, and the ends of its 95 % interval: those order statistics that a sign test
    leaves (Conover 1999, §3.2), whatever the ratios are distributed like. Fewer than six pairs have none."""
    ratios = sorted(value / other for value, other in zip(values, others))
    count = len(ratios)
    # How many ratios lie outside at either end: as many as are below the median once in 40 times at the most.
    outside, probability = 0, 0.5 ** count
    while probability <= 0.025:
        outside += 1
        probability += math.comb(count, outside) * 0.5 ** count
    if outside == 0:
        return statistics.median(ratios), None, None
    return statistics.median(ratios), ratios[outside - 1], ratios[count - outside]
