"""Which processor does what: the server has one to itself, and all that asks it shares the other."""

import os

PROCESSORS = sorted(os.sched_getaffinity(0))
SERVER = PROCESSORS[0]
CLIENTS = PROCESSORS[-1]


def prefer(priority: int = 10) -> None:
    """Has this process, and what it starts, go before what else runs on the machine, where that is allowed."""
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(priority))
    except PermissionError:
        pass


def give_way() -> None:
    """Has this process go behind those that measure on the same processor."""
    prefer(1)
    os.nice(10)


def command_on(processor: int, command: list[str]) -> list[str]:
    """A command that runs a command on one processor."""
    return ["taskset", "--cpu-list", str(processor), *command]
