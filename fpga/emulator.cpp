// A board as a shared library: clocks it, and carries bytes between its serial line and two queues.
// Built together with Verilator's C++ of the board's device, class Vcore.
#include "Vcore.h"
#include "verilated.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>

namespace {

// xorshift64 (Marsaglia 2003), for faults of the line.
struct Random {
    uint64_t state;
    uint32_t draw() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        return uint32_t(state >> 32);
    }
    bool below(uint32_t chance) { return draw() < chance; }  // with probability chance / 2**32
};

// What happens to bytes on their way, each with a probability in 1 / 2**32.
struct Faults {
    uint32_t flip, drop, repeat, delay;

    // Passes a byte on, or not, or twice.
    template <class Sink>
    void pass(Random &random, uint8_t byte, Sink sink) const {
        if (drop && random.below(drop)) return;
        if (flip && random.below(flip)) byte ^= 1 << (random.draw() & 7);
        sink(byte);
        if (repeat && random.below(repeat)) sink(byte);
    }
};

constexpr uint64_t DELAY_CYCLES = 50000;

struct Board {
    std::unique_ptr<VerilatedContext> context{new VerilatedContext};
    std::unique_ptr<Vcore> top{new Vcore(context.get())};
    unsigned divisor;
    std::deque<uint8_t> to_board, from_board;
    uint64_t cycles = 0;
    uint64_t held = 0;  // cycle before which nothing more comes from the board
    // The line to the board: cycles left of the bit, and the bits left, the lowest first.
    unsigned send_left = 0, send_bits = 0;
    uint32_t sending = 0;
    // The line from the board.
    unsigned take_left = 0, take_bits = 0;
    uint32_t taking = 0;
    Random random{1};
    Faults faults{};

    explicit Board(unsigned divisor) : divisor(divisor) {
        top->rx = 1;
        top->rst = 1;
        for (int n = 0; n < 4; ++n) clock();
        top->rst = 0;
    }

    ~Board() { top->final(); }

    void clock() {
        top->clk = 0;
        top->eval();
        top->clk = 1;
        top->eval();
        ++cycles;
    }

    void drive() {
        if (send_left) {
            --send_left;
            return;
        }
        if (!send_bits && !to_board.empty()) {
            if (delayed()) {
                send_left = DELAY_CYCLES;
                return;
            }
            sending = 0x200u | to_board.front() << 1;  // start bit, byte, stop bit
            send_bits = 10;
            to_board.pop_front();
        }
        if (!send_bits) return;
        top->rx = sending & 1;
        sending >>= 1;
        --send_bits;
        send_left = divisor - 1;
    }

    bool delayed() { return faults.delay && random.below(faults.delay); }

    void sample() {
        if (!take_bits) {
            if (top->tx) return;
            take_bits = 9;
            take_left = divisor + divisor / 2;
            return;
        }
        if (--take_left) return;
        taking = taking >> 1 | uint32_t(top->tx) << 8;
        take_left = divisor;
        if (--take_bits) return;
        if (delayed()) held = cycles + DELAY_CYCLES;
        if (taking & 0x100)
            faults.pass(random, taking & 0xff, [this](uint8_t byte) { from_board.push_back(byte); });
        taking = 0;
    }

    void run(uint64_t budget) {
        for (; budget; --budget) {
            drive();
            clock();
            sample();
        }
    }
};

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

void *board_create(uint32_t divisor) { return new Board(divisor); }

void board_destroy(void *board) { delete static_cast<Board *>(board); }

// Faults of both directions from now on: a bit flipped, a byte lost, doubled or delayed.
void board_faults(void *board, uint64_t seed, uint32_t flip, uint32_t drop, uint32_t repeat,
                  uint32_t delay) {
    Board &b = *static_cast<Board *>(board);
    b.random.state = seed ? seed : 1;
    b.faults = {flip, drop, repeat, delay};
}

// Bytes to the board.
void board_send(void *board, const uint8_t *bytes, size_t count) {
    Board &b = *static_cast<Board *>(board);
    for (size_t n = 0; n < count; ++n)
        b.faults.pass(b.random, bytes[n], [&b](uint8_t byte) { b.to_board.push_back(byte); });
}

// Bytes from the board, at most `room`; returns how many.
size_t board_take(void *board, uint8_t *bytes, size_t room) {
    Board &b = *static_cast<Board *>(board);
    size_t count = 0;
    for (; count < room && b.cycles >= b.held && !b.from_board.empty(); ++count) {
        bytes[count] = b.from_board.front();
        b.from_board.pop_front();
    }
    return count;
}

void board_run(void *board, uint64_t budget) { static_cast<Board *>(board)->run(budget); }

uint32_t board_leds(void *board) { return static_cast<Board *>(board)->top->leds; }

uint64_t board_cycles(void *board) { return static_cast<Board *>(board)->cycles; }

}  // extern "C"
#pragma GCC visibility pop
