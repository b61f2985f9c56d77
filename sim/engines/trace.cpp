// The harness with a core that writes what its signals do to a file, as VCD, once it is told to. A
// cycle, which is two evaluations, takes 10 units of time.
#include "Vcore.h"
#include "verilated_vcd_c.h"

#include <cstdint>
#include <memory>

class TracedCore : public Vcore {
    std::unique_ptr<VerilatedVcdC> file;
    uint64_t time = 0;

  public:
    using Vcore::Vcore;

    void eval() {
        Vcore::eval();
        time += 5;
        if (file) file->dump(time);
    }

    void begin(const char *path) {
        contextp()->traceEverOn(true);
        file.reset(new VerilatedVcdC);
        trace(file.get(), 99);
        file->open(path);
    }

    void end() { file->close(); }
};

#define Vcore TracedCore
#include "harness.inc"
#undef Vcore

#pragma GCC visibility push(default)
extern "C" {

void core_trace(void *core, const char *path) { static_cast<Harness *>(core)->top->begin(path); }

// All that has been traced is in the file.
void core_trace_end(void *core) { static_cast<Harness *>(core)->top->end(); }

}  // extern "C"
#pragma GCC visibility pop
