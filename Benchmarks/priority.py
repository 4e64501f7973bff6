"""Goes before what else runs on the machine, and stays in the scheduling class that name servers run in."""

AUTOGROUP = "/proc/self/autogroup"
FIRST = -20


class Priority:
    """A context manager. Where Linux groups processes by session and it is allowed, this session goes first."""

    def __enter__(self) -> "Priority":
        self.before = self._swap(FIRST)
        return self

    def __exit__(self, *_) -> None:
        if self.before is not None:
            self._swap(self.before)

    def _swap(self, nice: int) -> int | None:
        """Sets how nice the session is; how nice it was."""
        try:
            with open(AUTOGROUP) as file:
                before = int(file.read().split()[-1])
            with open(AUTOGROUP, "w") as file:
                file.write(str(nice))
            return before
        except OSError:
            return None
