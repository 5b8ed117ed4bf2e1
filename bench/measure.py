"""Programs that take turns, timed from start to end. It knows nothing of what they do."""

import os
import statistics
import sys
import time


class Contestant:
    """A command with the times of its runs."""

    def __init__(self, name, command, made=()):
        self.name = name
        self.command = command
        # Files that a run which has nothing to do leaves as they are.
        self.made = made
        self.seconds = []

    def run(self, under=()):
        """One run, as an argument of the command `under` if there is one; returns its seconds."""
        command = [*under, *self.command]
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, "output", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ]
        began = time.perf_counter()
        process = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
        _, status = os.waitpid(process, 0)
        seconds = time.perf_counter() - began
        if status != 0:
            with open("output", errors="replace") as output:
                stop(f"'{' '.join(self.command)}' failed:\n{output.read()}")
        return seconds

    def take_turn(self):
        before = [os.lstat(path).st_mtime_ns for path in self.made]
        seconds = self.run()
        if before != [os.lstat(path).st_mtime_ns for path in self.made]:
            stop(f"'{' '.join(self.command)}' ran something where there was nothing to do")
        self.seconds.append(seconds)

    def peak(self, program):
        """The peak memory of one more run in MiB, as text; empty without the program that measures it."""
        if not program:
            return ""
        self.run(under=[program, "peak"])
        with open("peak") as figure:
            kibibytes = int(figure.read())
        os.remove("peak")
        return f"{kibibytes / 1024:.1f}"

    def runs_something(self):
        before = [os.lstat(path).st_mtime_ns for path in self.made]
        self.run()
        return before != [os.lstat(path).st_mtime_ns for path in self.made]

    @property
    def median(self):
        return statistics.median(self.seconds)


def compare(contestants, rounds, reference, peak):
    """Lets all take turns, after a run of each that does not count, and prints a row for each.

    `peak` is the program that measures memory, None if there is none.
    """
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
            f"{ratio:24.2f}{contestant.peak(peak):>10}"
        )
    sys.stdout.flush()


def stop(message):
    print(f"bench: {message}", file=sys.stderr)
    sys.exit(2)
