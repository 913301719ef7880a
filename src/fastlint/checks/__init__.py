"""What is wrong: one module for each rule, each with a function `check(project)`; `rules/` says what they look for."""
