"""
Readers that a broken file may crash or hang, run in a child process with a cap on time and memory.

One child is kept for file after file and is replaced when it dies. It is spoken to in JSON, never in pickles, so
that a file that takes the child over cannot take its parent as well.
"""

from __future__ import annotations

import atexit
import json
import math
import os
import signal
import struct
import subprocess
import sys
import threading
import time
from typing import IO, Any

MEMORY = 2 << 30
# The clock may go on for so many times the processor time that is allowed, where other work takes the processor.
PATIENCE = 2.0
HEADER = struct.Struct("<IQ")


# The signal that ends a process at its cap of processor time, on systems that have such caps.
OUT_OF_TIME = getattr(signal, "SIGXCPU", 0)


def _told(error: BaseException) -> str:
    """What a person can use of an error: our own sentence, or for what a library met in the bytes, that they are damaged."""
    ours = type(error).__module__.startswith("union_corpus") or isinstance(error, ImportError)
    return str(error) if ours else f"the file is damaged or cut short ({type(error).__name__})"


class ChildError(Exception):
    """The child did not answer: it crashed, or took too long; the message says which."""


class Child:
    """A process that reads one file at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = os.getpid()
        self._turn = threading.Lock()

    def ask(self, task: str, data: bytes, *, seconds: float, **options: Any) -> Any:
        """The answer of the task to these bytes; ChildError where it takes more than so much processor time."""
        with self._turn:
            return self._ask(task, data, seconds, options)

    def _ask(self, task: str, data: bytes, seconds: float, options: dict[str, Any]) -> Any:
        process = self._running()
        question = json.dumps({"task": task, "options": options, "seconds": seconds}).encode()
        assert process.stdin is not None
        assert process.stdout is not None
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(PATIENCE * seconds, stop)
        timer.start()
        try:
            process.stdin.write(HEADER.pack(len(question), len(data)))
            process.stdin.write(question)
            process.stdin.write(data)
            process.stdin.flush()
            answer = _read_message(process.stdout)
        except OSError:
            answer = None
        finally:
            timer.cancel()
        if answer is None:
            self.close()
            if late.is_set() or process.returncode == -OUT_OF_TIME:
                raise ChildError(f"reading took more than {seconds:.3g} seconds")
            raise ChildError("the reader crashed on this file, or it needs too much memory")
        return json.loads(answer)

    def close(self) -> None:
        """End the process, if there is one of ours."""
        process, self._process = self._process, None
        if process is not None and self._owner == os.getpid():
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    try:
                        stream.close()
                    except OSError:
                        # What was still to be written to a dead process is of no use to anybody.
                        continue

    def _running(self) -> subprocess.Popen[bytes]:
        if self._owner != os.getpid():
            # A forked worker must not share its parent's child.
            self._process, self._owner = None, os.getpid()
        if self._process is None or self._process.poll() is not None:
            environment = {
                **os.environ,
                "OPENBLAS_NUM_THREADS": "1",
                # onnxruntime would leave a file behind in the folder for temporary files, and tell its makers of its use.
                "ORT_DISABLE_TELEMETRY": "1",
                "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
            }
            self._process = subprocess.Popen(
                [sys.executable, "-c", "from union_corpus.files.children import serve; serve()"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
            )
        return self._process


def _read_message(stream: IO[bytes]) -> bytes | None:
    head = stream.read(8)
    if len(head) < 8:
        return None
    size = int.from_bytes(head, "little")
    answer = stream.read(size)
    return answer if len(answer) == size else None


CHILD = Child()
atexit.register(CHILD.close)


def ask(task: str, data: bytes, *, seconds: float, **options: Any) -> Any:
    """The answer of a task on these bytes, computed in the child."""
    return CHILD.ask(task, data, seconds=seconds, **options)


def serve() -> None:
    """Answer questions until the parent hangs up; runs in the child."""
    from union_corpus.files.old_word import OldWordError, doc_text, ole_kind
    from union_corpus.files.pdf_pages import PdfError, pdf_pages
    from union_corpus.files.scans import ScanError, pdf_scan_lines, scan_lines, scan_pages
    from union_corpus.files.spreadsheet_cells import SpreadsheetError, workbook_cells

    limit_memory()
    tasks: dict[str, Any] = {
        "pdf": pdf_pages,
        "doc": doc_text,
        "ole_kind": ole_kind,
        "spreadsheet": workbook_cells,
        "scan_pages": scan_pages,
        "scan": scan_lines,
        "pdf_scan": pdf_scan_lines,
    }
    source, answers = sys.stdin.buffer, sys.stdout.buffer
    # Nothing that a library prints may get into the answers.
    sys.stdout = sys.stderr
    while len(head := source.read(HEADER.size)) == HEADER.size:
        size, length = HEADER.unpack(head)
        question = json.loads(source.read(size))
        data = source.read(length)
        limit_time(question["seconds"])
        try:
            answer = {"found": tasks[question["task"]](data, **question["options"])}
        except (
            OldWordError,
            PdfError,
            ScanError,
            SpreadsheetError,
            OSError,
            ValueError,
            struct.error,
            IndexError,
            ImportError,
            MemoryError,
            RuntimeError,  # of pdfium and onnxruntime
        ) as error:
            answer = {"error": type(error).__name__, "message": _told(error)}
        message = json.dumps(answer, ensure_ascii=True).encode()
        answers.write(len(message).to_bytes(8, "little") + message)
        answers.flush()


def limit_time(seconds: float) -> None:
    """Cap the processor time from now on, to the next full second, where the system knows such caps."""
    try:
        import resource
    except ImportError:
        return
    cap = math.ceil(time.process_time() + seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (cap, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def limit_memory() -> None:
    """Cap the address space, where the system knows such caps."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
