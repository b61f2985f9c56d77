// The network as neurons and synapses: spikes travel, weights change, voltages fill up.

import {colours} from "lab/colours";

const WIDE = 100, HIGH = 60; // of the drawing, as the scene places its groups
const MOST_TOLD = 4; // groups whose voltages stand in words
const MOST = 2000; // synapses of a connection that are drawn

export class NetworkView {
  constructor(canvas, note, drawing) {
    this.canvas = canvas;
    this.note = note;
    this.drawing = drawing;
    this.groups = Object.fromEntries(drawing.groups.map((group) => [group.name, group]));
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  show(recording, player) {
    this.recording = recording;
    this.player = player;
    this.strongest = {};
    for (const [name, {before, changes}] of Object.entries(recording.weights)) {
      this.strongest[name] = [...before, ...changes.map((change) => change[2])].reduce(
        (most, weight) => Math.max(most, Math.abs(weight)), 1);
    }
    this.draw();
  }

  draw() {
    const {canvas, player} = this;
    const ratio = devicePixelRatio || 1;
    const width = canvas.clientWidth;
    if (!this.recording || !width) return;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round((width * HIGH * ratio) / WIDE);
    const pen = canvas.getContext("2d");
    pen.scale(canvas.width / WIDE, canvas.width / WIDE);
    const shades = colours();
    for (const connection of this.drawing.connections) this.synapses(pen, connection, shades);
    for (const group of this.drawing.groups) this.neurons(pen, group, shades);
    this.names(pen, shades, width);
    if (!player.playing) this.tell();
  }

  radius(group) {
    return Math.min(3.2, group.gap * 0.4);
  }

  // Ways back, and the fixed synapses of a circuit that has many, are drawn while they are used.
  isQuiet({of, name, learns}) {
    return of !== name || (!learns && this.drawing.connections.length > 20);
  }

  synapses(pen, connection, shades) {
    const {recording, player} = this;
    const {step, part} = player;
    const [from, to] = [this.groups[connection.source], this.groups[connection.target]];
    const weights = recording.weightsAfter(connection.of, step);
    const changed = new Set(recording.changed[connection.of][step].map(([synapse]) => synapse));
    const fired = new Set(recording.fired[connection.source][step]);
    const count = Math.min(weights.length, MOST);
    const away = this.radius(to);
    const crowd = Math.min(1, 60 / count) ** 0.5; // many synapses are drawn thin and pale
    for (let n = 0; n < count; n++) {
      const source = connection.sources[n];
      const [x, y] = from.spots[source];
      const [x1, y1] = to.spots[connection.targets[n]];
      const length = Math.hypot(x1 - x, y1 - y) || 1;
      const [endX, endY] = [x1 - ((x1 - x) * away) / length, y1 - ((y1 - y) * away) / length];
      const share = Math.abs(weights[n]) / this.strongest[connection.of];
      const moved = connection.learns && changed.has(n);
      const active = fired.has(source);
      if (!active && this.isQuiet(connection)) continue;
      pen.globalAlpha = moved ? 1 : (0.25 + 0.65 * share) * (active ? 1 : crowd);
      pen.strokeStyle = moved ? shades.green : weights[n] < 0 ? shades.red : shades.blue;
      pen.lineWidth = (0.15 + 0.85 * share * (connection.learns ? 1 : 0.6) + (moved ? 0.25 : 0)) * Math.max(0.3, crowd);
      pen.beginPath();
      pen.moveTo(x, y);
      pen.lineTo(endX, endY);
      pen.stroke();
      if (active) {
        const along = player.playing ? part : 0.5;
        pen.globalAlpha = 1;
        pen.fillStyle = shades.gold;
        pen.strokeStyle = shades.ink;
        pen.lineWidth = 0.15 * crowd;
        pen.beginPath();
        pen.arc(x + (endX - x) * along, y + (endY - y) * along, Math.max(0.35, 0.85 * crowd), 0, 7);
        pen.fill();
        pen.stroke();
      }
    }
    pen.globalAlpha = 1;
  }

  neurons(pen, group, shades) {
    const {recording, player} = this;
    const radius = this.radius(group);
    const fired = new Set(recording.fired[group.name][player.step]);
    group.spots.forEach(([x, y], neuron) => {
      pen.fillStyle = shades.panel;
      pen.beginPath();
      pen.arc(x, y, radius, 0, 7);
      pen.fill();
      const voltage = recording.value(`v:${group.name}`, neuron, player.step);
      const threshold = recording.thresholds[group.name];
      if (threshold && voltage > 0) {
        const level = Math.min(1, voltage / threshold);
        pen.save();
        pen.clip();
        pen.fillStyle = shades.purple;
        pen.globalAlpha = 0.75;
        pen.fillRect(x - radius, y + radius - 2 * radius * level, 2 * radius, 2 * radius);
        pen.restore();
      }
      if (fired.has(neuron)) {
        pen.fillStyle = shades.gold;
        pen.fill();
      }
      pen.strokeStyle = fired.has(neuron) ? shades.ink : shades.soft;
      pen.lineWidth = fired.has(neuron) ? 0.5 : 0.3;
      pen.stroke();
    });
  }

  // Names above the groups, where others stand a line higher; the raster has those without room.
  names(pen, shades, width) {
    const size = (Math.max(9, Math.min(12, width / 42)) * WIDE) / width;
    pen.font = `600 ${size}px system-ui, sans-serif`;
    pen.textAlign = "center";
    pen.lineWidth = size * 0.4;
    pen.lineJoin = "round";
    pen.strokeStyle = shades.panel;
    pen.fillStyle = shades.ink;
    const placed = [];
    for (const group of this.drawing.groups) {
      const half = pen.measureText(group.name).width / 2;
      const mean = group.spots.reduce((sum, [x]) => sum + x, 0) / group.spots.length;
      const middle = Math.max(half, Math.min(WIDE - half, mean));
      const top = Math.min(...group.spots.map(([, y]) => y)) - this.radius(group);
      const meets = (y, other) => Math.abs(other.y - y) < size && Math.abs(other.middle - middle) < other.half + half;
      const y = [0.5, 1.6].map((lines) => Math.max(size, top - size * lines))
        .find((height) => !placed.some((other) => meets(height, other)));
      if (y === undefined) continue;
      placed.push({middle, y, half});
      pen.strokeText(group.name, middle, y);
      pen.fillText(group.name, middle, y);
    }
  }

  // The step in words, for those who do not see the drawing.
  tell() {
    const {recording, player} = this;
    const firing = Object.entries(recording.fired)
      .filter(([, at]) => at[player.step].length)
      .map(([name, at]) => `${name} ${at[player.step].join(", ")}`);
    const changes = Object.values(recording.changed).reduce((n, at) => n + at[player.step].length, 0);
    const learns = this.drawing.connections.some((connection) => connection.learns);
    const learned = learns ? `; ${changes} ${changes === 1 ? "weight learns" : "weights learn"}` : "";
    const voltages = this.drawing.groups
      .filter((group) => recording.thresholds[group.name] && group.spots.length <= 4)
      .map((group) => {
        const all = group.spots.map((_, n) => Math.round(recording.value(`v:${group.name}`, n, player.step)));
        return `${group.name} at ${all.join(", ")} of ${recording.thresholds[group.name]}`;
      });
    const told = voltages.length && voltages.length <= MOST_TOLD ? `; voltages: ${voltages.join("; ")}` : "";
    this.note.textContent =
      `Step ${player.step}: ${firing.length ? `spikes of ${firing.join("; ")}` : "no spikes"}` +
      `${learned}${told}.`;
    this.canvas.setAttribute("aria-label", `Network. ${this.note.textContent}`);
  }
}
