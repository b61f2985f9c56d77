"""The host's end of the serial line, against a board that sends back every word."""

import os
import select
import threading
import time
import tty
import zlib

import numpy as np
import pytest

from backspike.fpga.framing import frame
from backspike.fpga.serial_link import LinkError, SerialTransport
from backspike.hdl.host.frames import (
    ESCAPE,
    FLAG,
    RING_WORDS,
    TOGGLE,
    FrameKind,
    answer_layout,
    question_layout,
)

BAUD = 3_000_000


def fields_of(layout, head):
    return {name: head >> layout[name].offset & (1 << layout[name].width) - 1 for name, _ in layout}


class PseudoTerminal:
    """A port with a device behind it, which is what ``_run`` does in a thread."""

    def __init__(self):
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.port = os.ttyname(self._slave)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()
        os.close(self._master)
        os.close(self._slave)


class EchoBoard(PseudoTerminal):
    """Answers frames on a pseudo-terminal; loses each ``lose``-th answer, if that is not 0."""

    def __init__(self, lose=0, *, deaf=False, stuck=False):
        self.lose, self.deaf, self.stuck = lose, deaf, stuck
        self.answers = 0
        self.reset()
        super().__init__()

    def reset(self):
        self.words, self.first = [], 0

    def _run(self):
        pending = b""
        while not self._over.is_set():
            if not select.select([self._master], [], [], 0.01)[0]:
                continue
            pending += os.read(self._master, 4096)
            *frames, pending = pending.split(bytes([FLAG]))
            for content in filter(None, frames):
                if not self.deaf:
                    self._answer(content)

    def _answer(self, content):
        head, *parts = content.split(bytes([ESCAPE]))
        body = head + b"".join(bytes([part[0] ^ TOGGLE]) + part[1:] for part in parts)
        assert zlib.crc32(body[:-4]) == int.from_bytes(body[-4:], "little")
        question = fields_of(question_layout(), int.from_bytes(body[:8], "little"))
        payload = list(np.frombuffer(body[8:-4], "<u4"))
        if question["kind"] == FrameKind.RESET:
            self.reset()
        elif not self.stuck:
            known = len(self.words) - question["position"]
            if known >= 0:
                self.words += payload[known:]
        position = question["awaited"]
        sent = self.words[position : position + min(question["limit"], RING_WORDS)]
        self.answers += 1
        if self.lose and self.answers % self.lose == 0:
            return
        values = {
            "kind": question["kind"],
            "tag": question["tag"],
            "idle": position + len(sent) == len(self.words),
            "damaged": 0,
            "position": position,
            "awaited": len(self.words),
            "reserved": 0,
        }
        layout = answer_layout()
        head = sum(int(values[name]) << layout[name].offset for name, _ in layout)
        body = head.to_bytes(8, "little") + np.array(sent, "<u4").tobytes()
        os.write(self._master, frame(body))


@pytest.mark.parametrize("lose", [0, 2, 5])
def test_every_word_arrives_once_and_in_order(lose):
    rng = np.random.default_rng(lose)
    with EchoBoard(lose) as board:
        link = SerialTransport(board.port, BAUD, timeout=0.01 if lose else 1.0)
        for size in (0, 1, 129, 700):
            words = rng.integers(1 << 32, size=size, dtype=np.uint32)
            assert np.array_equal(link.exchange(words), words)
        assert (link.repeats > 0) == (lose > 0)
        link.close()


def test_a_reset_numbers_words_anew():
    with EchoBoard() as board:
        link = SerialTransport(board.port, BAUD)
        link.exchange(np.arange(10))
        link.reset()
        assert board.words == []
        assert np.array_equal(link.exchange(np.arange(3)), np.arange(3))
        link.close()


def test_a_port_in_use_is_refused():
    with EchoBoard() as board:
        link = SerialTransport(board.port, BAUD)
        with pytest.raises(LinkError, match=r"^/dev/\S+: the port is in use$"):
            SerialTransport(board.port, BAUD)
        link.close()


def test_no_port_and_no_answer_are_said():
    with pytest.raises(LinkError, match=r"^/dev/nowhere: there is no such port$"):
        SerialTransport("/dev/nowhere", BAUD)
    with (
        EchoBoard(deaf=True) as board,
        pytest.raises(LinkError, match=r"^/dev/\S+: no board answers: is the bitstream"),
    ):
        SerialTransport(board.port, BAUD, patience=0.2)


def test_a_board_that_falls_silent_or_hangs_is_given_up():
    with EchoBoard() as board:
        link = SerialTransport(board.port, BAUD, patience=0.2)
        board.stuck = True
        with pytest.raises(LinkError, match=r": the core hangs: no word to or from it$"):
            link.exchange(np.arange(9))
        board.deaf = True
        with pytest.raises(LinkError, match=r": the board has fallen silent$"):
            link.exchange(np.arange(9))
        link.close()


class TalkingPort(PseudoTerminal):
    """A pseudo-terminal whose device prints all the time, or sends back what it is sent."""

    def __init__(self, *, text=b"", echo=False):
        self.text, self.echo = text, echo
        super().__init__()

    def _run(self):
        while not self._over.is_set():
            if select.select([self._master], [], [], 0.01)[0]:
                received = os.read(self._master, 4096)
                if self.echo:
                    os.write(self._master, received)
            if self.text and select.select([], [self._master], [], 0)[1]:
                os.write(self._master, self.text)


@pytest.mark.parametrize(
    ("device", "words"),
    [
        ({"text": b"boot\r\n"}, r"bytes come, but no frames"),
        ({"text": b"~~boot~~"}, r"\d+ damaged frames"),
        ({"echo": True}, "the port sends back what it is sent"),
    ],
)
def test_a_port_that_never_falls_silent_is_given_up_in_time(device, words):
    with TalkingPort(**device) as port:
        started = time.monotonic()
        with pytest.raises(LinkError, match=rf"^/dev/\S+: no board answers \({words}\): is the bi"):
            SerialTransport(port.port, BAUD, patience=0.5)
        assert time.monotonic() - started < 3
