"""The site: what is on its pages, and where their links lead."""
