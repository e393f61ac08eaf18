#!/usr/bin/env python3
"""How long an editor waits: from a keystroke (`textDocument/didChange`) to the diagnostics of that text.

    benches/editor.py BINARY FOLDER FILE...

Each file of the folder is opened in a server of its own. At each keystroke one comment is written, grown by a letter, so that every text is
new; the next keystroke comes when the diagnostics are there. Prints milliseconds: opening, then the median and the longest of 30 keystrokes,
with the wait of 120 ms that the server takes for somebody who goes on typing, and without it; and the time of the processor for one, which
holds on a busy machine too (Linux).
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

QUIET = 120
KEYSTROKES = 30


class Client:
    def __init__(self, binary):
        self.process = subprocess.Popen([binary, "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.number = 0

    def send(self, method, params, request=False):
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        if request:
            self.number += 1
            message["id"] = self.number
        body = json.dumps(message).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def processor(self):
        """Milliseconds that the server has had of any processor."""
        stat = pathlib.Path(f"/proc/{self.process.pid}/stat")
        if not stat.exists():
            return 0
        user, system = stat.read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) * 1000 / os.sysconf("SC_CLK_TCK")

    def receive(self):
        length = 0
        while (line := self.process.stdout.readline()) not in (b"\r\n", b""):
            name, value = line.split(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return json.loads(self.process.stdout.read(length))

    def diagnostics(self, uri, version):
        while True:
            message = self.receive()
            params = message.get("params") or {}
            if message.get("method") == "textDocument/publishDiagnostics" and params["uri"] == uri and params.get("version") == version:
                return params["diagnostics"]


def measure(binary, folder, path):
    client = Client(binary)
    root, uri, text = folder.resolve().as_uri(), path.resolve().as_uri(), path.read_text()
    client.send("initialize", {"capabilities": {}, "processId": None, "rootUri": root, "workspaceFolders": [{"uri": root, "name": "x"}]}, True)
    client.receive()
    client.send("initialized", {})
    language = "dockerfile" if "Dockerfile" in path.name else "yaml" if path.suffix in (".yml", ".yaml") else "nginx"
    started = time.perf_counter()
    client.send("textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": language, "version": 1, "text": text}})
    found = client.diagnostics(uri, 1)
    opening = (time.perf_counter() - started) * 1000
    line = text.count("\n")
    times = []
    busy = client.processor()
    for key in range(KEYSTROKES):
        # `# x` below the last line, then one letter more behind it.
        insert, character = ("# x", 0) if key == 0 else ("x", len("# x") + key - 1)
        place = {"line": line, "character": character}
        started = time.perf_counter()
        change = {"range": {"start": place, "end": place}, "text": insert}
        client.send("textDocument/didChange", {"textDocument": {"uri": uri, "version": key + 2}, "contentChanges": [change]})
        client.diagnostics(uri, key + 2)
        times.append((time.perf_counter() - started) * 1000)
    busy = (client.processor() - busy) / KEYSTROKES
    client.send("shutdown", None, True)
    client.send("exit", None)
    client.process.wait(timeout=10)
    return opening, times, busy, len(found)


def main():
    binary, folder, *files = sys.argv[1:]
    folder = pathlib.Path(folder)
    print("| file | diagnostics | opened after | keystroke, median | longest | of that, work: median | longest | processor |")
    print("|---|---|---|---|---|---|---|---|")
    for name in files:
        opening, times, busy, found = measure(binary, folder, folder / name)
        median, longest = statistics.median(times), max(times)
        print(f"| `{name}` | {found} | {opening:.0f} ms | {median:.0f} ms | {longest:.0f} ms | {median - QUIET:.1f} ms | {longest - QUIET:.1f} ms | {busy:.1f} ms |")


if __name__ == "__main__":
    main()
