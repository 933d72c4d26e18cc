"""What `rtmodels.build` is made of, by topic."""
