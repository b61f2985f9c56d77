// Spikes, values and weights over the steps, and what was learned as a window.

import {colours, HUES} from "lab/colours";

const MOST_LINES = 6; // as many as there are hues
const THRESHOLD = "threshold"; // a line unlike those of neurons
const AXIS = 64; // pixels left of each plot, so that all steps stand above each other

// At most so many of a list, evenly spread over it.
function spread(list, most) {
  if (list.length <= most) return list;
  return Array.from({length: most}, (_, n) => list[Math.round((n * (list.length - 1)) / (most - 1))]);
}

// A card with a title, the keys of its lines, and a plot.
function card(parent, title, label, lines) {
  const figure = document.createElement("figure");
  figure.className = "card";
  const caption = document.createElement("figcaption");
  caption.textContent = title;
  const keys = document.createElement("p");
  keys.className = "keys";
  for (const {name, colour} of lines) {
    const key = document.createElement("span");
    const mark = document.createElement("i");
    mark.style.background = colour;
    key.append(mark, name);
    keys.append(key);
  }
  const plot = document.createElement("div");
  plot.className = "plot";
  plot.setAttribute("role", "img");
  plot.setAttribute("aria-label", label);
  figure.append(caption, ...(lines.length > 1 ? [keys] : []), plot);
  parent.append(figure);
  return plot;
}

function axes(shades, label) {
  const common = {stroke: shades.soft, grid: {stroke: shades.rule, width: 1}, ticks: {show: false}, font: "12px system-ui, sans-serif"};
  return [
    {...common, size: 22, gap: 2, label, labelSize: 18, labelFont: "12px system-ui, sans-serif", labelGap: 0, grid: {show: false}},
    {...common, size: AXIS, space: 20},
  ];
}

export class Plots {
  constructor(parent, drawing, scene) {
    this.parent = parent;
    this.drawing = drawing;
    this.scene = scene;
    this.plots = [];
    new ResizeObserver(() => this.resize()).observe(parent);
  }

  show(recording, player) {
    this.recording = recording;
    this.player = player;
    for (const {plot} of this.plots) plot.destroy();
    this.plots = [];
    this.parent.replaceChildren();
    this.shades = colours();
    this.raster();
    this.learnedWindow();
    for (const name of Object.keys(recording.weights)) this.weights(name);
    for (const probe of this.scene.lines) {
      if (probe in recording.lines) this.values(probe, recording.lines[probe]);
    }
    this.move();
  }

  add(title, label, lines, options, data, timed = true) {
    const parent = card(this.parent, title, label, lines);
    const width = parent.clientWidth;
    const plot = new uPlot({
      width, height: 150, legend: {show: false}, padding: [8, 16, 0, 0],
      cursor: {drag: {x: false, y: false}, points: {show: false}, y: false}, ...options,
    }, data, parent);
    let line = null;
    if (timed) {
      line = document.createElement("div");
      line.className = "now-line";
      plot.over.append(line);
      plot.over.addEventListener("click", () => this.player.goto(plot.posToVal(plot.cursor.left, "x")));
    }
    this.plots.push({plot, parent, line});
  }

  lines(title, label, named) {
    const {shades, recording} = this;
    const steps = Array.from({length: recording.steps}, (_, step) => step);
    const keys = named.map(([name], n) => ({name, colour: shades[name === THRESHOLD ? "ink" : HUES[n]]}));
    const series = keys.map(({name, colour}) => ({
      stroke: colour, width: 1.5, points: {show: false}, ...(name === THRESHOLD ? {dash: [6, 4]} : {}),
    }));
    this.add(title, label, keys, {scales: {x: this.time()}, axes: axes(shades, "step"), series: [{}, ...series]},
      [steps, ...named.map(([, values]) => values)]);
  }

  // The scale of all steps, a little wider than they are.
  time() {
    return {time: false, range: [-1, this.recording.steps]};
  }

  raster() {
    const {recording, drawing, shades} = this;
    const bands = [];
    let row = 0;
    for (const group of drawing.groups) {
      bands.push({name: group.name, first: row, size: group.spots.length});
      row += group.spots.length + 1;
    }
    const steps = Array.from({length: recording.steps}, (_, step) => step);
    const draw = (plot) => {
      const {ctx} = plot;
      const dot = Math.max(2, plot.bbox.width / recording.steps);
      bands.forEach(({name, first, size}, n) => {
        ctx.fillStyle = shades[HUES[n % HUES.length]];
        const [at, neurons] = recording.spikes[name];
        const high = Math.abs(plot.valToPos(0, "y", true) - plot.valToPos(1, "y", true));
        at.forEach((step, k) => {
          const y = plot.valToPos(first + neurons[k] + 0.5, "y", true);
          ctx.fillRect(plot.valToPos(step, "x", true) - dot / 2, y - high * 0.4, dot, Math.max(2, high * 0.8));
        });
      });
    };
    const [below, left] = axes(shades, "step");
    const height = Math.max(120, Math.min(480, 40 + row * 8));
    const middles = bands.map(({first, size}) => first + size / 2);
    let named = -Infinity; // the last row beside which a name stands: none comes too near
    const names = bands.map(({name}, n) => {
      if (((middles[n] - named) * (height - 50)) / row < 11) return "";
      named = middles[n];
      return name;
    });
    const counts = bands.map(({name}) => `${name} ${recording.spikes[name][0].length}`).join(", ");
    this.add("Spikes", `Spikes over ${recording.steps} steps: ${counts}`, [], {
      height,
      scales: {x: this.time(), y: {dir: -1, range: [0, row]}},
      axes: [below, {...left, splits: middles, values: () => names, grid: {show: false}}],
      series: [{}, {points: {show: false}, stroke: "transparent"}],
      hooks: {draw: [draw]},
    }, [steps, steps.map(() => 0)]);
  }

  values(probe, rows) {
    const [kind, owner] = probe.split(":");
    const titles = {v: "Voltage of", u: "Current of", x1: "Trace x1 of", y1: "Trace y1 of", tag: "Tags of", r1: "Reward trace r1"};
    const title = `${titles[kind] ?? probe}${owner ? ` ${owner}` : ""}`;
    const shown = kind === "v" ? this.lively(owner, rows.length) : spread([...rows.keys()], MOST_LINES);
    const named = shown.map((n) => [this.valueName(kind, owner, n), rows[n]]);
    const all = rows.flat();
    const [low, high] = [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))];
    const threshold = kind === "v" && this.recording.thresholds[owner];
    if (threshold) named.push([THRESHOLD, rows[0].map(() => threshold)]);
    const told = threshold ? `, threshold ${threshold}` : "";
    const some = shown.length < rows.length ? ` (${shown.length} of ${rows.length})` : "";
    this.lines(title + some, `${title} over ${this.recording.steps} steps: from ${low} to ${high}${told}`, named);
  }

  // Neurons of a group to draw: first those that fire most, in their order.
  lively(group, size) {
    const spikes = new Array(size).fill(0);
    for (const neuron of this.recording.spikes[group][1]) spikes[neuron] += 1;
    const most = [...spikes.keys()].sort((a, b) => spikes[b] - spikes[a]).slice(0, MOST_LINES);
    return most.sort((a, b) => a - b);
  }

  valueName(kind, owner, n) {
    const connection = this.drawing.connections.find(({name}) => name === owner);
    if (!connection) return owner ? `${owner} ${n}` : kind;
    return synapse(connection, n);
  }

  weights(name) {
    const {recording, drawing} = this;
    const learned = recording.changedSynapses(name);
    const shown = spread(learned, MOST_LINES);
    if (!shown.length) return;
    const connection = drawing.connections.find((other) => other.name === name);
    const last = recording.weightsAfter(name, recording.steps - 1);
    const ends = shown.map((n) => `${synapse(connection, n)} ${recording.weights[name].before[n]} to ${last[n]}`);
    const some = shown.length < learned.length ? ` (${shown.length} of ${learned.length} that learn)` : "";
    this.lines(`Weights of ${name}${some}`, `Weights of ${name}: ${ends.join(", ")}`,
      shown.map((n) => [synapse(connection, n), recording.weightOver(name, n)]));
  }

  learnedWindow() {
    const {recording, drawing, shades} = this;
    const {window} = this.scene;
    const learning = drawing.connections.find(({learns}) => learns);
    if (!window.length || !learning) return;
    const before = recording.weights[learning.name].before;
    const after = recording.weightsAfter(learning.name, recording.steps - 1);
    const gained = after.map((weight, n) => weight - before[n]);
    const series = [{}, {stroke: shades.blue, width: 2, points: {show: true, size: 6, fill: shades.blue}}];
    const told = window.map((x, n) => `${x}: ${gained[n]}`).join(", ");
    this.add("Change of weight, by the steps from the neuron's spike to the axon's", `Change of weight by time difference: ${told}`, [],
      {height: 200, scales: {x: {time: false}}, axes: axes(shades, "steps from the neuron's spike to the axon's"), series}, [window, gained], false);
  }

  move() {
    for (const {plot, line} of this.plots) {
      if (line) line.style.left = `${plot.valToPos(this.player.step, "x")}px`;
    }
  }

  resize() {
    for (const {plot, parent} of this.plots) {
      if (parent.clientWidth) plot.setSize({width: parent.clientWidth, height: plot.height});
    }
    if (this.player) this.move();
  }
}

function synapse({sources, targets, source, target}, n) {
  return `${source} ${sources[n]} to ${target} ${targets[n]}`;
}
