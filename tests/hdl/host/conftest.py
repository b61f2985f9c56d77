"""Random packets and frames of the host, and what packets must come to."""

import pytest

from backspike.hdl.host.frames import ESCAPE, FLAG
from backspike.hdl.host_map import MEMORIES, Command, ErrorCode


class Packets:
    """Packets in order and out of it, and a plain model of their checks."""

    def __init__(self, p, rng, input_rows):
        self.p, self.rng, self.input_rows = p, rng, input_rows
        self.memories = {memory.number: memory for memory in MEMORIES.values() if memory.exists(p)}

    def packet(self):
        """Words of a packet that is in order about every second time."""
        rng = self.rng
        operation = rng.choice([command.value for command in Command] * 4 + [0, 8, 255])
        number = rng.choice([*self.memories, rng.choice([25, 99, 255])])
        body = [self._first(), *(rng.choice([0, 1, 2, rng.randrange(1 << 32)]) for _ in range(6))]
        if operation == Command.SPIKE.value:
            axons = self.input_rows * self.p.lanes
            body = [rng.randrange(axons + (rng.random() < 0.2)) for _ in body]
        usual = {Command.READ.value: 2, Command.ADVANCE.value: 1, Command.CLEAR.value: 0}
        length = rng.randrange(len(body))
        if rng.random() < 0.7:
            length = usual.get(operation, length)
        return [operation << 24 | number << 16 | length, *body[:length]]

    def _first(self):
        """An address, likely at an end of a memory."""
        depth = self.rng.choice(list(self.memories.values())).depth(self.p)
        return self.rng.choice([0, 1, depth - 1, depth, 1 << 16, 1 << 31])

    def beats(self, packet):
        """Words of a packet per word of the memory that it names."""
        return self.memories[packet[0] >> 16 & 0xFF].beats(self.p)

    def error(self, packet):
        """The code that refuses a packet; ``None`` if it is in order."""
        operation, number, length = packet[0] >> 24, packet[0] >> 16 & 0xFF, len(packet) - 1
        if operation not in {command.value for command in Command}:
            return ErrorCode.UNKNOWN_COMMAND
        command = Command(operation)
        if command in (Command.READ, Command.WRITE):
            if number not in self.memories:
                return ErrorCode.UNKNOWN_MEMORY
            if command is Command.WRITE and number == MEMORIES["counters"].number:
                return ErrorCode.READ_ONLY
        if not self._right_length(command, packet, length):
            return ErrorCode.BAD_LENGTH
        return None if self._in_range(command, packet, length) else ErrorCode.OUT_OF_RANGE

    def _right_length(self, command, packet, length):
        if command is Command.WRITE:
            return length > 1 and (length - 1) % self.beats(packet) == 0
        rules = {
            Command.ECHO: True,
            Command.READ: length == 2,
            Command.SPIKE: length > 0,
            Command.SPIKE_ROWS: length > 1,
            Command.ADVANCE: length == 1,
            Command.CLEAR: length == 0,
        }
        return rules[command]

    def _in_range(self, command, packet, length):
        if command is Command.SPIKE_ROWS:
            return packet[1] + length - 1 <= self.input_rows
        if command is Command.SPIKE:
            return all(axon < self.input_rows * self.p.lanes for axon in packet[1:])
        if command not in (Command.READ, Command.WRITE):
            return True
        count = packet[2] if command is Command.READ else (length - 1) // self.beats(packet)
        fits = packet[1] + count <= self.memories[packet[0] >> 16 & 0xFF].depth(self.p)
        return fits and count < 1 << (16 if self.beats(packet) == 1 else 15)


@pytest.fixture
def packets():
    return Packets


class Bodies:
    """Contents of frames."""

    @staticmethod
    def random(rng):
        """Words, as bytes, many of which must be escaped."""
        bytes_ = (FLAG, ESCAPE, 0, 0xFF, rng.randrange(256))
        return bytes(rng.choice(bytes_) for _ in range(4 * rng.randrange(1, 12)))

    @staticmethod
    def words(body):
        return [int.from_bytes(body[n : n + 4], "little") for n in range(0, len(body), 4)]


@pytest.fixture
def bodies():
    return Bodies
