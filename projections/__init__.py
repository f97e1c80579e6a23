"""What is seen: figures, boards and timelines computed from the log, as of any day and as known at any position."""
