"""How fast events are recorded, read and counted, each beside a floor or a rival that runs in the same minutes.

`python -m infra.bench` (which `make bench` calls) measures, prints a table and writes `docs/performance.md`.
A number alone says little on a shared machine, so every row is a ratio: both sides take turns, several rounds,
and the median of the rounds stands.
"""
