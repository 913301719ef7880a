"""What the project means: names, types, routes, dependencies, calls and their colour, sessions, layers, versions."""
