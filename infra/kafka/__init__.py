"""A real Kafka broker on one machine, for tests and for trying things: no part of a service in use."""
