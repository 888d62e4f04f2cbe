"""Runs steps one after the other, a line for each; a step that fails stops what needs it."""

import time


class Steps:
    def __init__(self):
        self.passed = 0
        self.failed = 0

    def run(self, story):
        """story: a list of functions; the first line of a function's doc string says what holds."""
        for step in story:
            began = time.monotonic()
            words = step.__doc__.strip().splitlines()[0].rstrip(".")
            try:
                seen = step()
            except Exception as error:  # whatever it is, it is this step's failure
                self.failed += 1
                print(f"FAIL {words}: {type(error).__name__}: {error}", flush=True)
                return
            self.passed += 1
            millis = (time.monotonic() - began) * 1000
            print(f"ok   {millis:7.1f} ms  {words}" + (f": {seen}" if seen else ""), flush=True)

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0


def equal(seen, wanted):
    if seen != wanted:
        raise AssertionError(f"{seen!r} and not {wanted!r}")


def true(holds, otherwise):
    if not holds:
        raise AssertionError(otherwise)
