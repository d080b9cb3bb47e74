"""Cases, metrics, baselines, gate and report: a leaf that looks on from the side; nothing imports it."""
