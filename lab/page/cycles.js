// One step in the RTL: the cycle that is shown, its waveform and its blocks.

import {BlockDiagram} from "lab/blocks";
import {onScheme} from "lab/colours";
import {Waveform} from "lab/waveform";

const by = (id) => document.getElementById(id);
const BUSY = 0.4; // of the most wires of a block that change in a cycle: it is at work

export class Cycles {
  constructor(diagram, open) {
    this.wave = new Waveform(by("wave"), (cycle) => this.goto(cycle));
    this.blocks = new BlockDiagram(by("blocks"), diagram, open);
    by("cycle-back").onclick = () => this.goto(this.cycle - 1);
    by("cycle-forth").onclick = () => this.goto(this.cycle + 1);
    by("cycle-along").oninput = (event) => this.goto(event.target.valueAsNumber);
    document.addEventListener("keydown", (event) => {
      if (event.target.closest("input, select, textarea") || !this.data) return;
      if (event.key === ",") this.goto(this.cycle - 1);
      if (event.key === ".") this.goto(this.cycle + 1);
    });
    onScheme(() => this.wave.draw());
  }

  show(data) {
    this.data = data;
    by("inside").hidden = false;
    by("cycles-title").textContent = `Step ${data.step} in the RTL, cycle by cycle`;
    by("cycle-along").max = data.cycles - 1;
    this.wave.show(data);
    this.goto(0);
  }

  hide() {
    this.data = null;
    by("inside").hidden = true;
    by("cycles-title").textContent = "One step in the RTL, cycle by cycle";
  }

  goto(cycle) {
    const {data} = this;
    this.cycle = Math.max(0, Math.min(data.cycles - 1, cycle));
    this.wave.cycle = this.cycle;
    this.wave.draw();
    this.blocks.show(data.blocks, this.cycle);
    by("cycle").value = this.cycle;
    by("cycle-along").value = this.cycle;
    const phase = data.phases.findLast(([at]) => at <= this.cycle)[1].toLowerCase();
    const busy = Object.entries(data.blocks)
      .filter(([, counts]) => counts[this.cycle] >= BUSY * Math.max(1, ...counts))
      .map(([name]) => name);
    const wires = data.wires
      .filter(({changes}) => changes.findLast(([at]) => at <= this.cycle)[1])
      .map(({label}) => label);
    by("cycle-now").textContent = `Cycle ${this.cycle} of ${data.cycles}, ${phase}. At work: ` +
      `${busy.join(", ") || "none"}. ${wires.length ? `Now: ${wires.join("; ")}.` : ""}`;
  }
}

// The button that asks for the cycles of the step that is shown, and the source of a block.
export function connectCycles(cycles, live, player, values) {
  const [look, note] = [by("look"), by("look-note")];
  player.addEventListener("move", () => (look.textContent = `Show the cycles of step ${player.step}`));
  look.onclick = () => {
    const tell = (words) => (note.textContent = words);
    cycles.hide();
    live.look(values(), player.step, {
      note: tell,
      cycles: (data) => {
        tell("");
        cycles.show(data);
      },
      mistakes: ([{message}]) => tell(message),
    });
  };
}

export function sourceOpener(live) {
  const dialog = by("source");
  by("close").onclick = () => dialog.close();
  return async (name) => {
    const {file, text} = await live.source(name);
    by("source-file").textContent = file;
    dialog.querySelector("pre").textContent = text;
    dialog.showModal();
  };
}
