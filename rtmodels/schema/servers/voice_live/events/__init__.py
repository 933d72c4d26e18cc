"""The events of Voice Live that the GA and the beta have not, or have otherwise."""
