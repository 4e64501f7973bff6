"""What a server uses: processor time of all its processes, and memory."""

import dataclasses
import os
import time


def processes(group: int) -> list[int]:
    """The processes of a process group."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                if _fields(int(entry))[2] == str(group):
                    found.append(int(entry))
            except (FileNotFoundError, ProcessLookupError):
                pass  # It has ended.
    return found


def _fields(process: int) -> list[str]:
    """The fields of its stat file behind the name of the program, the state being number 0."""
    with open(f"/proc/{process}/stat") as file:
        return file.read().rsplit(")", 1)[1].split()


@dataclasses.dataclass
class ProcessorTime:
    """`total` in seconds, to the nanosecond; `user` and `system` in ticks, which give its two shares."""

    total: float = 0
    user: int = 0
    system: int = 0

    @classmethod
    def of(cls, group: int) -> "ProcessorTime":
        """What a process group has used so far, with the threads that have ended, without the processes that have."""
        used = cls()
        for process in processes(group):
            try:
                # The clock of a process (clock_getcpuclockid(3)); schedstat leaves out threads that have ended.
                used.total += time.clock_gettime(~process << 3 | 2)
                fields = _fields(process)
                used.user += int(fields[11])
                used.system += int(fields[12])
            except OSError:
                pass  # It has ended.
        return used

    def __sub__(self, other: "ProcessorTime") -> "ProcessorTime":
        return ProcessorTime(self.total - other.total, self.user - other.user, self.system - other.system)

    @property
    def user_share(self) -> float:
        """How much of it was in user mode, 0 to 1."""
        return self.user / ((self.user + self.system) or 1)


def memory(group: int) -> float:
    """Megabytes (10^6 octets) of all processes; pages that they share count once."""
    return sum(_kilobytes(f"/proc/{process}/smaps_rollup", "Pss") for process in processes(group)) * 1024 / 1e6


def highest(group: int) -> float:
    """Megabytes that one of the processes has had at the most (VmHWM)."""
    return max((_kilobytes(f"/proc/{process}/status", "VmHWM") for process in processes(group)), default=0) * 1024 / 1e6


def _kilobytes(path: str, key: str) -> int:
    try:
        with open(path) as file:
            return next(int(line.split()[1]) for line in file if line.startswith(f"{key}:"))
    except (FileNotFoundError, ProcessLookupError, StopIteration):
        return 0
