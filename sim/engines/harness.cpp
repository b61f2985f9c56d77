// A core as a shared library with a C interface: clocks it until it has answered, with no call
// from outside per cycle. Built together with Verilator's C++ of the core, class Vcore.
#include "Vcore.h"
#include "verilated.h"
#if VM_COVERAGE
#include "verilated_cov.h"
#endif

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace {

// xorshift64 (Marsaglia 2003), for gaps in the streams.
struct Random {
    uint64_t state;
    bool below(uint32_t chance) {  // with probability chance / 2**32
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        return uint32_t(state >> 32) < chance;
    }
};

// Parts of a core may have a clock of their own, which rises with clk in cycles in which `wake` has
// their bit (hdl/sequencer.py, wake_layout); not every core has every part.
enum Wake : unsigned { DENDRITE = 1, ACCUMULATE = 2, SERVE = 4, LEARN = 8, COMMAND = 16, ALL = 31 };

template <class Top>
void phase_clocks(Top &top, unsigned wake) {
    if constexpr (requires { top.dendrite_clk; }) top.dendrite_clk = !!(wake & DENDRITE);
    if constexpr (requires { top.accumulate_clk; }) top.accumulate_clk = !!(wake & ACCUMULATE);
    if constexpr (requires { top.serve_clk; }) top.serve_clk = !!(wake & SERVE);
    if constexpr (requires { top.learn_clk; }) top.learn_clk = !!(wake & LEARN);
    if constexpr (requires { top.command_clk; }) top.command_clk = !!(wake & COMMAND);
}

template <class Top>
unsigned awake(const Top &top) {
    if constexpr (requires { top.wake; }) return top.wake;
    return ALL;
}

enum Status : int32_t { DONE = 0, MORE = 1, STUCK = 2, STOPPED = 3 };

struct Harness {
    std::unique_ptr<VerilatedContext> context{new VerilatedContext};
    std::unique_ptr<Vcore> top{new Vcore(context.get())};
    // Verilator writes the second underscore of `i__valid` as ___05F.
    CData &i_valid = top->i___05Fvalid, &i_ready = top->i___05Fready;
    CData &o_valid = top->o___05Fvalid, &o_ready = top->o___05Fready;
    IData &i_payload = top->i___05Fpayload, &o_payload = top->o___05Fpayload;
    const uint32_t *in = nullptr;
    size_t left = 0;
    std::vector<uint32_t> out;
    uint64_t cycles = 0;
    uint64_t quiet = 0;  // cycles since the last transfer
    Random random{1};
    uint32_t idle_chance = 0, stall_chance = 0;
    bool offered = false;  // an offered word stays until it is taken

    Harness() { reset(); }

    ~Harness() { top->final(); }

    void edge(unsigned wake) {
        phase_clocks(*top, wake);
        top->clk = 1;
        top->eval();
        ++cycles;
    }

    void low() {
        phase_clocks(*top, 0);
        top->clk = 0;
        top->eval();
    }

    void reset() {
        in = nullptr;
        left = 0;
        out.clear();
        offered = false;
        i_valid = 0;
        i_payload = 0;
        o_ready = 0;
        top->rst = 1;
        for (int n = 0; n < 4; ++n) {
            low();
            edge(ALL);
        }
        top->rst = 0;
        low();
        edge(ALL);  // the core's resets are a cycle late
        low();
    }

    Status run(uint64_t budget, uint64_t patience) {
        const bool gaps = idle_chance || stall_chance;
        for (; budget; --budget) {
            if (left) {
                offered = offered || !gaps || !random.below(idle_chance);
                if (offered) i_payload = *in;
            }
            i_valid = offered;
            o_ready = !gaps || !random.below(stall_chance);
            low();
            if (i_ready && offered) {
                ++in;
                --left;
                offered = false;
                quiet = 0;
            }
            if (o_valid && o_ready) {
                out.push_back(o_payload);
                quiet = 0;
            }
            edge(awake(*top));
            if (context->gotFinish()) return STOPPED;
            if (!left && !top->busy && !o_valid) return DONE;
            if (++quiet > patience) return STUCK;
        }
        return MORE;
    }
};

}  // namespace

#ifdef COUNT
extern "C" void __gcov_dump();
#endif

#pragma GCC visibility push(default)
extern "C" {

void *core_create() { return new Harness; }

// Where the compiler has put counters into the code, writes what they have come to.
void core_destroy(void *core) {
    delete static_cast<Harness *>(core);
#ifdef COUNT
    __gcov_dump();
#endif
}

void core_reset(void *core) { static_cast<Harness *>(core)->reset(); }

// Gaps before words to the core, and cycles in which its words are not taken, each with a
// probability in 1 / 2**32; 0 for none.
void core_gaps(void *core, uint64_t seed, uint32_t idle_chance, uint32_t stall_chance) {
    Harness &h = *static_cast<Harness *>(core);
    h.random.state = seed ? seed : 1;
    h.idle_chance = idle_chance;
    h.stall_chance = stall_chance;
}

// Start to send `count` words; they must stay in place until `core_run` is done with them.
void core_send(void *core, const uint32_t *words, size_t count) {
    Harness &h = *static_cast<Harness *>(core);
    h.in = words;
    h.left = count;
    h.out.clear();
    h.quiet = 0;
}

// Clock at most `budget` times. Returns a Status: STUCK after more than `patience` cycles without
// a transfer.
int32_t core_run(void *core, uint64_t budget, uint64_t patience) {
    return static_cast<Harness *>(core)->run(budget, patience);
}

// What the core has answered since `core_send`.
const uint32_t *core_answer(void *core, size_t *count) {
    Harness &h = *static_cast<Harness *>(core);
    *count = h.out.size();
    return h.out.data();
}

#if VM_COVERAGE
// Write how often each line ran, and each bit rose and fell.
void core_cover(void *core, const char *path) {
    static_cast<Harness *>(core)->context->coveragep()->write(path);
}
#endif

uint64_t core_cycles(void *core) { return static_cast<Harness *>(core)->cycles; }

}  // extern "C"
#pragma GCC visibility pop
