"""What was seen, and whether it is what has to hold."""

import os


class Report:
    """Prints figures and requirements as they come, and counts what does not hold."""

    def __init__(self):
        self.failed = 0

    def begin(self, name: str) -> None:
        """A part begins."""
        print(f"\n== {name} (load average {' '.join(f'{load:.1f}' for load in os.getloadavg())})", flush=True)

    def figure(self, text: str) -> None:
        """Something that was measured."""
        print(f"     {text}", flush=True)

    def require(self, holds: bool, text: str) -> None:
        """Something that has to hold, with what was seen."""
        self.failed += not holds
        print(f"{'PASS' if holds else 'FAIL'} {text}", flush=True)

    def end(self) -> int:
        """The exit status."""
        print(f"\n{self.failed} requirements failed" if self.failed else "\nall requirements hold")
        return 1 if self.failed else 0
