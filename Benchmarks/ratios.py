"""Ratios of paired measurements: those of one round were made one after the other, so what else the machine did in that
minute weighs on both."""

import math
import statistics

# The 97.5th percentiles of Student's t distribution, by degrees of freedom from 1 on.
T = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
     2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045)


def ratio(values: list[float], others: list[float]) -> tuple[float, float | None, float | None]:
    """The median of the ratios of the pairs, and the ends of the 95 % interval of their geometric mean (Student's t over
    their logarithms), which one pair does not have."""
    logarithms = [math.log(value / other) for value, other in zip(values, others)]
    middle = math.exp(statistics.median(logarithms))
    if len(logarithms) < 2:
        return middle, None, None
    quantile = T[min(len(logarithms) - 1, len(T)) - 1]
    half = quantile * statistics.stdev(logarithms) / math.sqrt(len(logarithms))
    mean = statistics.fmean(logarithms)
    return middle, math.exp(mean - half), math.exp(mean + half)
