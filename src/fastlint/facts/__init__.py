"""What one file says, in plain records: the only package that touches the syntax tree."""
