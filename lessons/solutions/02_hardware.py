# %% exercise 2.1
class Leak(wiring.Component):
    v: In(signed(24))
    decay: In(13)
    kept: Out(signed(24))

    def elaborate(self, platform):
        m = Module()
        product = self.v * (4096 - self.decay)
        m.d.comb += self.kept.eq((product + Mux(product < 0, 4095, 0)) >> 12)
        return m


# %% exercise 2.2
class Neuron(wiring.Component):
    en: In(1)
    total: In(signed(12))
    v: Out(signed(24))
    spike: Out(1)

    def __init__(self, decay, threshold):
        super().__init__()
        self.decay, self.threshold = decay, threshold

    def elaborate(self, platform):
        m = Module()
        m.submodules.leak = leak = Leak()
        full, fires = Signal(signed(24)), Signal()
        m.d.comb += [
            leak.v.eq(self.v),
            leak.decay.eq(self.decay),
            full.eq(leak.kept + (self.total << 6)),
            fires.eq(full > 64 * self.threshold),
        ]
        with m.If(self.en):
            m.d.sync += [self.v.eq(Mux(fires, 0, full)), self.spike.eq(fires)]
        return m


# %% exercise 2.3
class RestingNeuron(wiring.Component):
    en: In(1)
    total: In(signed(12))
    v: Out(signed(24))
    spike: Out(1)

    def __init__(self, decay, threshold, refractory):
        super().__init__()
        self.decay, self.threshold, self.refractory = decay, threshold, refractory

    def elaborate(self, platform):
        m = Module()
        left = Signal(range(64))
        m.submodules.leak = leak = Leak()
        full, fires = Signal(signed(24)), Signal()
        m.d.comb += [
            leak.v.eq(self.v),
            leak.decay.eq(self.decay),
            full.eq(leak.kept + (self.total << 6)),
            fires.eq((left == 0) & (full > 64 * self.threshold)),
        ]
        with m.If(self.en):
            m.d.sync += [
                self.v.eq(Mux(fires | (left != 0), 0, full)),
                self.spike.eq(fires),
                left.eq(Mux(fires, self.refractory - 1, Mux(left == 0, 0, left - 1))),
            ]
        return m
