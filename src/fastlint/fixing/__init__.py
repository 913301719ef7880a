"""How findings are mended, on the syntax tree of libcst: the only package that imports it."""
