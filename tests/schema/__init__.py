"""Tests of the schema classes against OpenAI's published schema."""
