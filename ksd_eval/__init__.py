"""Find out what a Korean text-to-image model cannot do, and whom it leaves out."""

__version__ = "0.1.0"
