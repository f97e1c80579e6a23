"""How it is shown: pages, handed their services by the composition root."""
