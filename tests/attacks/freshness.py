LEVELS = ("single-use", "fresh", "verified")
