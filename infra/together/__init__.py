"""Several nodes on one machine with a real broker between them: for the demonstration, the fault tests and the bench."""
