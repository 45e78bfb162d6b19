"""How a worker is seen from outside: health, metrics, status."""
