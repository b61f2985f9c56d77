// A rule in words, and what becomes of it: its microcode, what it costs and needs.

const LETTERS = "A rule is a sum of products: dw changes the weight, dt the tag. x0 and y0 are 1 in a step " +
  "in which the source or the target fires, else 0; x1 and y1 are their traces, which say how recently they did; " +
  "r1 is the reward, t the tag, w the weight, u0 always 1.";

// What the letters of a rule mean.
export function letters() {
  const note = document.createElement("p");
  note.className = "note";
  note.textContent = LETTERS;
  return note;
}

export class RuleView {
  constructor(parent, live) {
    this.live = live;
    this.details = document.createElement("details");
    this.summary = document.createElement("summary");
    this.inner = document.createElement("div");
    this.summary.textContent = "Microcode and cost";
    this.details.append(this.summary, this.inner);
    parent.append(letters(), this.details);
  }

  async show(text) {
    this.text = text;
    const answer = await this.live.rule(text).catch(() => null);
    if (this.text !== text || !answer) return; // another one has been typed
    if (answer.mistakes) {
      this.summary.textContent = "Microcode and cost: none yet";
      return;
    }
    const {fields, rows, facts, added, cells} = answer;
    const [luts, ffs, rams, multipliers] = cells;
    const [, cycles] = facts[0].match(/cycles: (\d+)/);
    this.summary.textContent = `Microcode and cost: ${rows.length} instructions, ` +
      `${cycles} ${cycles === "1" ? "cycle" : "cycles"} a word`;
    const list = document.createElement("ul");
    for (const fact of facts) list.append(item(fact));
    const names = Object.keys(added).join("; ") || "nothing beside neurons and synapses";
    list.append(item(`on an FPGA, as measured, with ${names}: about ${luts.toLocaleString("en")} LUT4, ` +
      `${ffs.toLocaleString("en")} FF, ${rams} block RAM, ${multipliers} multipliers`));
    this.inner.replaceChildren(table(fields, rows), list);
  }
}

function item(text) {
  const made = document.createElement("li");
  made.textContent = text;
  return made;
}

function table(fields, rows) {
  const box = document.createElement("div");
  const made = document.createElement("table");
  box.className = "box";
  box.tabIndex = 0;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", "Microcode");
  const head = made.createTHead().insertRow();
  for (const name of fields) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = name;
    head.append(cell);
  }
  const body = made.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    for (const value of row) line.insertCell().textContent = value;
  }
  box.append(made);
  return box;
}
