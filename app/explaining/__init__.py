"""One customer explained: where she stands and why, what is ahead of her, what would lift her."""
