"""Acts: the agents as plain coroutines, and what a partition does with its records; never imports Faust."""
