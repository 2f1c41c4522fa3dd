"""What goes wrong in images/build and is somebody's to put right: said in one line, exit code 2."""


class Trouble(Exception):
    """The text says what is wrong, where, and what to do."""
