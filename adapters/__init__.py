"""How the world is reached: the log, the vault, schemas, passwords, the clock."""
