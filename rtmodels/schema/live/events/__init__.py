"""The events of the Live API, one module for each first segment of a wire type."""
