"""Lists the public names with their signatures, as the source has them."""
