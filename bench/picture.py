"""Draws times against the number of packages as an SVG."""

import math

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 380, 60, 230, 40, 40
ROWS = [("from nothing", "#8250df"), ("a USE flag", "#0969da"), ("a file of the overlay", "#1a7f37")]
TEXT = 'font-family="sans-serif" font-size="12" fill="#57606a"'


def draw(times, path):
    """`times` has for each number of packages the seconds of sysbuild and of the script by hand, by row; None if they are
    not known."""
    counts = sorted(times)
    shown = [time for count in counts for row, _ in ROWS for time in times[count][row] if time]
    low, high = (math.floor(math.log10(min(shown))), math.ceil(math.log10(max(shown))))
    first, last = math.log10(counts[0]), math.log10(counts[-1])

    def x(count):
        part = (math.log10(count) - first) / (last - first) if last > first else 0.5
        return LEFT + part * (WIDTH - LEFT - RIGHT)

    def y(seconds):
        return HEIGHT - BOTTOM - (math.log10(seconds) - low) / (high - low) * (HEIGHT - TOP - BOTTOM)

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        "<title>Seconds from an edit to the image, by the number of packages</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="20" {TEXT}>seconds from an edit to the image; dashed: a script with plain emerge</text>']
    for power in range(low, high + 1):
        seconds = 10 ** power
        lines += [
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(seconds):.1f}" y2="{y(seconds):.1f}" stroke="#d0d7de"/>',
            f'<text x="{LEFT - 8}" y="{y(seconds) + 4:.1f}" text-anchor="end" {TEXT}>{seconds:g}</text>']
    for count in counts:
        lines.append(f'<text x="{x(count):.1f}" y="{HEIGHT - 15}" text-anchor="middle" {TEXT}>{count} packages</text>')
    labels = []
    for row, colour in ROWS:
        for side, dashes in ((0, ""), (1, ' stroke-dasharray="5 4"')):
            known = [count for count in counts if times[count][row][side]]
            if not known:
                continue
            values = [(x(count), y(times[count][row][side])) for count in known]
            points = " ".join(f"{left:.1f},{top:.1f}" for left, top in values)
            lines.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>')
            lines += [f'<circle cx="{left:.1f}" cy="{top:.1f}" r="3" fill="{colour}"/>' for left, top in values]
            text = f"{row}{', by hand' if side else ''}: {times[known[-1]][row][side]:.{1 if times[known[-1]][row][side] < 10 else 0}f} s"
            labels.append((values[-1][1], colour, text))
    lowest = HEIGHT
    for top, colour, text in sorted(labels, key=lambda label: -label[0]):
        # So that none covers another.
        lowest = min(top + 4, lowest - 15)
        lines.append(f'<text x="{WIDTH - RIGHT + 8}" y="{lowest:.1f}" {TEXT} style="fill:{colour}">{text}</text>')
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join([*lines, "</svg>"]) + "\n")
