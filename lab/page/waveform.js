// The waveform of one step: its phases, wires and values over the cycles.

import {colours} from "lab/colours";

const ROW = 19, HEAD = 26; // pixels

export class Waveform {
  constructor(canvas, goto) {
    this.canvas = canvas;
    this.cycle = 0;
    const move = (event) => {
      if (event.type === "pointermove" && !event.buttons) return;
      const {left, width} = canvas.getBoundingClientRect();
      const names = this.names(width);
      goto(Math.floor(((event.clientX - left - names) / (width - names)) * this.data.cycles));
    };
    canvas.addEventListener("pointerdown", move);
    canvas.addEventListener("pointermove", move);
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  show(data) {
    this.data = data;
    const busy = data.wires.filter(({changes}) => changes.some(([, value]) => value));
    this.canvas.setAttribute("aria-label",
      `Waveform of step ${data.step}, ${data.cycles} cycles: ${data.phases.map(([at, name]) => `${name} from ${at}`).join(", ")}; ` +
      `wires: ${busy.map(({label, changes}) => `${label} ${changes.filter(([, value]) => value).length} times`).join(", ")}`);
  }

  names(width) {
    return Math.min(190, width * 0.42);
  }

  draw() {
    const {canvas, data} = this;
    const width = canvas.clientWidth;
    if (!data || !width) return;
    const height = HEAD + ROW * (data.wires.length + data.values.length) + 6;
    const ratio = devicePixelRatio || 1;
    canvas.style.height = `${height}px`;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const pen = canvas.getContext("2d");
    pen.scale(ratio, ratio);
    const shades = colours();
    const names = this.names(width);
    const x = (cycle) => names + ((width - names) * cycle) / data.cycles;
    const spans = (changes) => changes.map(([at, value], n) => [at, changes[n + 1]?.[0] ?? data.cycles, value]);
    pen.font = "12px system-ui, sans-serif";
    pen.textBaseline = "middle";
    for (const [at, end, name] of spans(data.phases)) {
      pen.fillStyle = shades.rule;
      pen.fillRect(x(at), 2, Math.max(1, x(end) - x(at) - 1), 18);
      pen.fillStyle = shades.ink;
      const words = name.toLowerCase();
      if (pen.measureText(words).width < x(end) - x(at) - 6) pen.fillText(words, x(at) + 4, 12);
    }
    pen.fillText("phase", 0, 12);
    data.wires.forEach(({label, changes}, n) => {
      const top = HEAD + n * ROW;
      this.name(pen, shades, label, top, names);
      pen.beginPath();
      let before = null;
      for (const [at, end, value] of spans(changes)) {
        const y = top + (value ? 4 : ROW - 4);
        if (value) {
          pen.fillStyle = shades.blue;
          pen.globalAlpha = 0.3;
          pen.fillRect(x(at), top + 4, x(end) - x(at), ROW - 8);
          pen.globalAlpha = 1;
        }
        if (before === null) pen.moveTo(x(at), y);
        pen.lineTo(x(at), y);
        pen.lineTo(x(end), y);
        before = y;
      }
      pen.strokeStyle = shades.blue;
      pen.lineWidth = 1.2;
      pen.stroke();
    });
    data.values.forEach(({label, changes}, n) => {
      const top = HEAD + (data.wires.length + n) * ROW;
      this.name(pen, shades, label, top, names);
      for (const [at, end, value] of spans(changes)) {
        pen.strokeStyle = shades.purple;
        pen.strokeRect(x(at) + 0.5, top + 3, Math.max(1, x(end) - x(at) - 1), ROW - 6);
        pen.fillStyle = shades.ink;
        if (pen.measureText(value).width < x(end) - x(at) - 6) pen.fillText(value, x(at) + 4, top + ROW / 2);
      }
    });
    pen.fillStyle = shades.gold;
    pen.globalAlpha = 0.5;
    pen.fillRect(x(this.cycle), 0, Math.max(2, x(1) - x(0)), height);
    pen.globalAlpha = 1;
  }

  name(pen, shades, label, top, names) {
    pen.fillStyle = shades.soft;
    let words = label; // the last ones say most
    while (pen.measureText(words).width > names - 6 && words.includes(" ")) words = words.replace(/^(\u2026 )?\S+ /, "\u2026 ");
    pen.fillText(words, 0, top + ROW / 2);
  }
}
