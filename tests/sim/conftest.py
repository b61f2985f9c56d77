"""Stand-ins for a core: a small design with its ports, a link to a golden core."""

import numpy as np
import pytest
from amaranth import Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Stimulus
from backspike.hdl.host_map import MEMORIES, REGISTERS, Command, ErrorCode, Response
from backspike.hdl.params import CoreParams
from backspike.sim.engines.packets import join_beats, packet, split_beats


class Echo(wiring.Component):
    """Answers every packet with the same payload; never comes to an end after CLEAR."""

    i: In(stream.Signature(32))
    o: Out(stream.Signature(32))
    busy: Out(1)

    def elaborate(self, platform):
        m = Module()
        left = Signal(16)
        hung = Signal()
        head = left == 0
        m.d.comb += [
            self.busy.eq(self.i.valid | ~head | hung),
            self.o.valid.eq(self.i.valid & ~hung),
            self.i.ready.eq(self.o.ready & ~hung),
            self.o.payload.eq(self.i.payload | Mux(head, 0x80 << 24, 0)),
        ]
        with m.If(self.i.valid & self.i.ready):
            m.d.sync += left.eq(Mux(head, self.i.payload[:16], left - 1))
            with m.If(head & (self.i.payload[24:] == Command.CLEAR.value)):
                m.d.sync += hung.eq(1)
        return m


class GoldenLink:
    """A transport to a golden core: the host protocol in Python."""

    def __init__(self, params):
        self.params = params
        self.core = GoldenCore(params)
        self.exchanges = 0
        self.interrupt = False
        self.resets = 0

    def exchange(self, words):
        self.exchanges += 1
        if self.interrupt:
            self.interrupt = False
            raise KeyboardInterrupt
        out = [np.zeros(0, np.uint32)]
        at = 0
        self.waiting = []
        while at < len(words):
            head = int(words[at])
            length = head & 0xFFFF
            payload = words[at + 1 : at + 1 + length].astype(np.int64)
            out += self._answer(head, payload)
            at += 1 + length
        assert at == len(words), "the host sent half a packet"
        return np.concatenate(out)

    def _answer(self, head, payload):
        core, p = self.core, self.params
        operation, argument = Command(head >> 24), head >> 16 & 0xFF
        names = {memory.number: name for name, memory in MEMORIES.items()}
        if operation is Command.WRITE:
            if argument == MEMORIES["counters"].number:
                return [packet(Response.ERROR, ErrorCode.READ_ONLY.value, [head])]
            name = names[argument]
            beats = join_beats(payload[1:].astype(np.uint32), MEMORIES[name].beats(p))
            core.write(name, beats, int(payload[0]))
            return []
        if operation is Command.READ:
            name = names[argument]
            first, count = payload
            data = core.read(name)[first : first + count]
            assert len(data) == count
            beats = split_beats(data, MEMORIES[name].beats(p))
            return [packet(Response.DATA, argument, beats)]
        if operation is Command.SPIKE:
            self.waiting += payload.tolist()
            return []
        if operation is Command.SPIKE_ROWS:
            for row, bits in enumerate(payload[1:], int(payload[0])):
                self.waiting += [
                    row * p.lanes + lane for lane in range(p.lanes) if bits >> lane & 1
                ]
            return []
        if operation is Command.ADVANCE:
            return self._advance(int(payload[0]))
        assert operation is Command.CLEAR
        core.clear()
        return [packet(Response.DONE, 0, [0])]

    def _advance(self, n_steps):
        registers = dict(zip(REGISTERS, self.core.read("registers").tolist(), strict=True))
        axons = np.array(self.waiting, np.int64)
        self.waiting = []
        record = self.core.run(n_steps, Stimulus(np.zeros(axons.size, np.int64), axons))
        out = []
        for step in range(n_steps) if registers["report"] else ():
            out.append(packet(Response.STEP, 0, [(registers["step"] + step) & 0xFFFFFFFF]))
            fired = record.compartments[record.steps == step]
            for row in np.unique(fired // self.params.lanes):
                lanes = fired[fired // self.params.lanes == row] % self.params.lanes
                out.append(packet(Response.SPIKES, 0, [row, np.sum(1 << lanes)]))
        done = (registers["step"] + n_steps) & 0xFFFFFFFF
        return [*out, packet(Response.DONE, 0, [done])]

    def reset(self):
        self.resets += 1
        self.core = GoldenCore(self.params)

    def close(self):
        pass


@pytest.fixture(scope="session")
def echo_design():
    """Class of the stand-in design."""
    return Echo


@pytest.fixture
def small():
    """Parameters of the smallest core with every feature."""
    return CoreParams(
        compartments=16,
        input_axons=8,
        lists=24,
        dense_words=16,
        sparse_words=24,
        lanes=4,
        dendrite_lanes=2,
        delay_slots=4,
        acc_width=12,
        microcode_words=32,
        rules=2,
    )


@pytest.fixture
def golden_link(small):
    """A transport to a golden core of the small parameters."""
    return GoldenLink(small)
