// The block diagram of the core: blocks light up by how much in them changes.

const HEAD = 30; // of the diagram, where only its drawing in the documents has something
const SVG = "http://www.w3.org/2000/svg";

function make(kind, attributes, parent, text) {
  const made = document.createElementNS(SVG, kind);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== undefined) made.textContent = text;
  parent.append(made);
  return made;
}

export class BlockDiagram {
  // open is called with the name of a block that is chosen; without it, none can be.
  constructor(parent, {size, clusters, boxes, ways}, open) {
    const [width, height] = size;
    const svg = make("svg", {viewBox: `0 ${HEAD} ${width} ${height - HEAD}`, class: "blocks", role: "group", "aria-label": `Block diagram of the core, ${Object.keys(boxes).length} blocks`}, parent);
    const marks = make("defs", {}, svg);
    for (const hue of ["soft", "blue", "green", "red"]) {
      const mark = make("marker", {id: `tip-${hue}`, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto-start-reverse"}, marks);
      make("path", {d: "M0 0L8 4L0 8z", class: `tip ${hue}`}, mark);
    }
    for (const [name, [x, y, w, h]] of Object.entries(clusters)) {
      make("rect", {x, y, width: w, height: h, rx: 10, class: "cluster"}, svg);
      make("text", {x: x + 14, y: y + 18, class: "title"}, svg, name);
    }
    for (const {points, hue, both} of ways) {
      const tip = `url(#tip-${hue || "soft"})`;
      make("polyline", {points: points.join(" "), class: `way ${hue || "soft"}`, "marker-end": tip, ...(both ? {"marker-start": tip} : {})}, svg);
    }
    this.lights = {};
    for (const [name, box] of Object.entries(boxes)) this.box(svg, name, box, open);
  }

  box(svg, name, {x, y, width, height, note, file}, open) {
    const choice = open ? {role: "button", tabindex: 0, "aria-label": `${name}: open ${file}`, class: "box open"} : {class: "box"};
    const group = make("g", choice, svg);
    make("title", {}, group, `${name}: ${file}`);
    make("rect", {x, y, width, height, rx: 7, class: "ground"}, group);
    this.lights[name] = make("rect", {x, y, width, height, rx: 7, class: "light", opacity: 0}, group);
    const words = document.createElement("div"); // HTML, so that they wrap where letters are large
    for (const [kind, text] of [["name", name], ["under", note]]) {
      const line = words.appendChild(document.createElement("span"));
      line.className = kind;
      line.textContent = text;
    }
    make("foreignObject", {x, y, width, height}, group).append(words);
    if (!open) return;
    group.addEventListener("click", () => open(name));
    group.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopPropagation();
      open(name);
    });
  }

  // Light each block by the share of its wires that change, of the most that do in a cycle.
  show(work, cycle) {
    for (const [name, counts] of Object.entries(work)) {
      const most = Math.max(1, ...counts);
      this.lights[name].setAttribute("opacity", (counts[cycle] / most) ** 0.5);
    }
  }
}
