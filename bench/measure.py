"""Programs that take turns, timed from start to end. It knows nothing of what they do."""

import os
import resource
import statistics
import sys
import time


class Contestant:
    """A command with the times and the memory of its runs."""

    def __init__(self, name, command, made=()):
        self.name = name
        self.command = command
        # Files that a run which has nothing to do leaves as they are.
        self.made = made
        self.seconds = []
        self.peak = 0

    def run(self):
        """One run; returns its seconds and its peak memory in KiB."""
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, "output", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ]
        began = time.perf_counter()
        process = os.posix_spawnp(self.command[0], self.command, os.environ, file_actions=actions)
        _, status, usage = os.wait4(process, 0)
        seconds = time.perf_counter() - began
        if status != 0:
            with open("output", errors="replace") as output:
                stop(f"'{' '.join(self.command)}' failed:\n{output.read()}")
        return seconds, usage.ru_maxrss

    def take_turn(self):
        before = [os.lstat(path).st_mtime_ns for path in self.made]
        seconds, peak = self.run()
        if before != [os.lstat(path).st_mtime_ns for path in self.made]:
            stop(f"'{' '.join(self.command)}' ran something where there was nothing to do")
        self.seconds.append(seconds)
        self.peak = max(self.peak, peak)

    def runs_something(self):
        before = [os.lstat(path).st_mtime_ns for path in self.made]
        self.run()
        return before != [os.lstat(path).st_mtime_ns for path in self.made]

    @property
    def median(self):
        return statistics.median(self.seconds)


def compare(contestants, rounds, reference):
    """Lets all take turns, after a run of each that does not count, and prints a row for each."""
    # Not checked either: what was made a moment ago sysbuild reads a second time, and notes that it did.
    for contestant in contestants:
        contestant.run()
    for _ in range(rounds):
        for contestant in contestants:
            contestant.take_turn()
    print(f"  {'':24}{'median ms':>10}{'minimum':>10}{f'x {reference}':>24}{'peak MiB':>10}")
    medians = {contestant.name: contestant.median for contestant in contestants}
    for contestant in contestants:
        # Pair by pair, so that a machine that slows down for a while slows both.
        base = next(other for other in contestants if other.name == reference)
        ratio = statistics.median(own / other for own, other in zip(contestant.seconds, base.seconds))
        print(
            f"  {contestant.name:24}{medians[contestant.name] * 1000:10.1f}{min(contestant.seconds) * 1000:10.1f}"
            f"{ratio:24.2f}{peak(contestant):>10}"
        )
    sys.stdout.flush()


def peak(contestant):
    """The peak in MiB, or `< N`: a child's figure starts from its parent's, and below that cannot be told."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if contestant.peak <= own * 1.02:
        return f"< {own / 1024:.0f}"
    return f"{contestant.peak / 1024:.0f}"


def stop(message):
    print(f"bench: {message}", file=sys.stderr)
    sys.exit(2)
