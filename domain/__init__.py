"""What is true: aggregates, their events, the desk that decides, the declarations everything is derived from."""
