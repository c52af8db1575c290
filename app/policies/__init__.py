"""Policies looked at before they run: what one does with its customers, and in what two differ."""
