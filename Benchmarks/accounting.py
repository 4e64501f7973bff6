"""What a server uses: processor time of all its processes and threads, and memory."""

import dataclasses
import os

NANOSECONDS = 1e9


def processes(group: int) -> list[int]:
    """The processes of a process group."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                if _fields(f"/proc/{entry}/stat")[2] == str(group):
                    found.append(int(entry))
            except (FileNotFoundError, ProcessLookupError):
                pass
    return found


def _fields(path: str) -> list[str]:
    """The fields of a stat file behind the name of the program, the state being number 0."""
    with open(path) as file:
        return file.read().rsplit(")", 1)[1].split()


@dataclasses.dataclass
class ProcessorTime:
    """`total` in seconds, from the scheduler's nanoseconds; `user` and `system` in ticks, which give its two shares."""

    total: float
    user: int
    system: int

    @classmethod
    def of(cls, group: int) -> "ProcessorTime":
        """What the threads of a process group have used so far."""
        time = cls(0, 0, 0)
        for process in processes(group):
            try:
                for thread in os.listdir(f"/proc/{process}/task"):
                    with open(f"/proc/{process}/task/{thread}/schedstat") as file:
                        time.total += int(file.read().split()[0]) / NANOSECONDS
                    fields = _fields(f"/proc/{process}/task/{thread}/stat")
                    time.user += int(fields[11])
                    time.system += int(fields[12])
            except (FileNotFoundError, ProcessLookupError):
                pass  # It has ended.
        return time

    def __sub__(self, other: "ProcessorTime") -> "ProcessorTime":
        return ProcessorTime(self.total - other.total, self.user - other.user, self.system - other.system)

    @property
    def user_share(self) -> float:
        """How much of it was in user mode, 0 to 1."""
        return self.user / ((self.user + self.system) or 1)


def memory(group: int, key: str = "Pss") -> float:
    """Megabytes (10^6 octets): `Pss`, in which pages that processes share count once, or the `VmHWM` of the process
    that has the most."""
    if key == "Pss":
        return sum(_kilobytes(f"/proc/{process}/smaps_rollup", key) for process in processes(group)) * 1024 / 1e6
    return max(_kilobytes(f"/proc/{process}/status", key) for process in processes(group)) * 1024 / 1e6


def _kilobytes(path: str, key: str) -> int:
    try:
        with open(path) as file:
            return next(int(line.split()[1]) for line in file if line.startswith(f"{key}:"))
    except (FileNotFoundError, ProcessLookupError, StopIteration):
        return 0
