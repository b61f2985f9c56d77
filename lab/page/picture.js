// A picture of black and white pixels, to look at or to draw in.

export class PictureView {
  // change is called after each stroke; without it, nothing can be drawn.
  constructor({label, columns, value}, change) {
    this.pixels = [...value];
    this.columns = columns;
    this.at = 0; // the pixel that keys move from
    this.element = document.createElement("div");
    this.element.className = "picture";
    this.element.style.setProperty("--columns", columns);
    this.cells = this.pixels.map(() => this.element.appendChild(document.createElement("span")));
    this.label = label;
    if (change) this.connect(change);
    else this.element.setAttribute("role", "img");
    this.show();
  }

  get value() {
    return this.pixels.join("");
  }

  set value(text) {
    this.pixels = [...text];
    this.show();
  }

  show() {
    this.cells.forEach((cell, n) => {
      cell.classList.toggle("on", this.pixels[n] === "1");
      cell.classList.toggle("at", n === this.at);
    });
    const rows = this.value.match(new RegExp(`.{${this.columns}}`, "g")).join(" ");
    const place = `row ${Math.floor(this.at / this.columns) + 1}, column ${(this.at % this.columns) + 1}`;
    this.element.setAttribute("aria-label", `${this.label}, pixels by row: ${rows}; at ${place}`);
  }

  connect(change) {
    const {element, cells} = this;
    element.setAttribute("role", "application");
    element.tabIndex = 0;
    let ink = null;
    const set = (n, pixel) => {
      this.at = n;
      this.pixels[n] = pixel;
      this.show();
    };
    const other = (n) => (this.pixels[n] === "1" ? "0" : "1");
    element.addEventListener("pointerdown", (event) => {
      const n = cells.indexOf(event.target);
      if (n < 0) return;
      ink = other(n);
      set(n, ink);
    });
    element.addEventListener("pointermove", (event) => {
      const n = cells.indexOf(document.elementFromPoint(event.clientX, event.clientY));
      if (ink !== null && n >= 0) set(n, ink);
    });
    addEventListener("pointerup", () => {
      if (ink !== null) change();
      ink = null;
    });
    const moves = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.columns, ArrowDown: this.columns};
    element.addEventListener("keydown", (event) => {
      if (event.key in moves) {
        this.at = Math.max(0, Math.min(cells.length - 1, this.at + moves[event.key]));
        this.show();
      } else if (event.key === " " || event.key === "Enter") {
        set(this.at, other(this.at));
        change();
      } else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }
}
