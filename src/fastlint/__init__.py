"""fastlint tells, from source alone, whether a FastAPI backend is built right."""

__version__ = "0.1.0"
HOME = ""  # where the project is at home on the web; reports link to its pages
