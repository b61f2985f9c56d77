// Fields that a reader changes: each change runs the scene again.

import {PictureView} from "lab/picture";
import {RuleView} from "lab/rule";
import {tell} from "lab/verdict";

const PAUSE = 350; // milliseconds after the last key

export class Edits {
  constructor(parent, fields, live, run) {
    this.fields = fields;
    this.run = run;
    this.inputs = {};
    this.form = document.createElement("form");
    this.form.className = "fields";
    this.form.noValidate = true;
    this.form.onsubmit = (event) => event.preventDefault();
    this.silent = document.createElement("div"); // what has no effect, at the rule if there is one
    this.silent.id = "idle";
    this.silent.className = "whole";
    this.silent.setAttribute("role", "status");
    for (const field of fields) this.add(field, live);
    if (!this.silent.parentElement) this.form.append(this.silent);
    const again = document.createElement("button");
    again.type = "button";
    again.id = "reset";
    again.textContent = "As it was";
    again.onclick = () => this.reset();
    parent.append(this.form, again);
  }

  add(field, live) {
    const entry = document.createElement("div");
    const label = document.createElement("label");
    const problem = document.createElement("p");
    const input = this.input(field);
    problem.id = `problem-${field.name}`;
    problem.className = "problem";
    problem.setAttribute("role", "alert");
    label.htmlFor = input.id = `field-${field.name}`;
    label.textContent = field.unit ? `${field.label} (${field.unit})` : field.label;
    input.setAttribute("aria-describedby", problem.id);
    entry.append(label, input, problem);
    this.form.append(entry);
    Object.assign(this.inputs[field.name], {input, problem});
    if (field.kind !== "rule") return input.addEventListener("input", () => this.soon());
    entry.className = "whole";
    entry.append(this.silent);
    const rule = new RuleView(entry, live);
    rule.show(field.value);
    input.addEventListener("input", () => {
      rule.show(input.value);
      this.soon();
    });
  }

  // The element that a field is changed in; what reads and sets its value is kept.
  input(field) {
    if (field.kind === "picture") {
      const view = new PictureView(field, () => view.element.dispatchEvent(new Event("input", {bubbles: true})));
      this.inputs[field.name] = {get: () => view.value, set: (value) => (view.value = value)};
      return view.element;
    }
    const input = document.createElement(field.kind === "rule" ? "textarea" : "input");
    if (field.kind === "rule") {
      Object.assign(input, {rows: 2, spellcheck: false, className: "mono", maxLength: 1000});
    } else {
      Object.assign(input, {type: "number", min: field.low, max: field.high, step: field.step});
    }
    input.value = field.value;
    this.inputs[field.name] = {
      get: () => (Number.isNaN(input.valueAsNumber ?? NaN) ? input.value : input.valueAsNumber),
      set: (value) => (input.value = value),
    };
    return input;
  }

  get values() {
    return Object.fromEntries(this.fields.map(({name}) => [name, this.inputs[name].get()]));
  }

  soon() {
    clearTimeout(this.waiting);
    tell("It runs again"); // what was said is of the scene before
    this.waiting = setTimeout(() => {
      this.refuse([]);
      this.run();
    }, PAUSE);
  }

  reset() {
    for (const field of this.fields) {
      const {input, set} = this.inputs[field.name];
      set(field.value);
      input.dispatchEvent(new Event("input", {bubbles: true}));
    }
  }

  // Show what can have no effect.
  idle(sentences) {
    this.silent.replaceChildren(...sentences.map((sentence) => {
      const line = document.createElement("p");
      line.className = "problem mild";
      line.textContent = sentence;
      return line;
    }));
  }

  // Show what cannot be, at its field; a mistake of a rule points at its character.
  refuse(mistakes) {
    this.idle([]);
    for (const {input, problem} of Object.values(this.inputs)) {
      problem.replaceChildren();
      input.removeAttribute("aria-invalid");
    }
    for (const {field, message, position} of mistakes) {
      if (!field) {
        tell(message, "differs");
        continue;
      }
      const {input, problem} = this.inputs[field];
      input.setAttribute("aria-invalid", "true");
      if (position !== null) problem.append(pointed(input.value, position));
      problem.append(message);
      tell("Not run: see the field that is marked", "differs");
    }
  }
}

// The text of a rule with the character marked at which it goes wrong.
function pointed(text, position) {
  const line = document.createElement("span");
  line.className = "pointed mono";
  const mark = document.createElement("mark");
  mark.textContent = text[position] ?? " ";
  line.append(text.slice(0, position), mark, text.slice(position + 1));
  return line;
}
