// The step that is shown, and its clock; tells of each move.

export class Player extends EventTarget {
  constructor(steps) {
    super();
    this.steps = steps;
    this.step = 0;
    this.part = 1; // of the step that has passed, 0 to 1: spikes are on their way
    this.speed = 8;
    this.playing = false;
    this.before = 0;
  }

  toggle() {
    if (this.playing) return this.pause();
    if (this.step >= this.steps - 1) this.step = 0;
    this.playing = true;
    this.part = 0;
    requestAnimationFrame((now) => {
      this.before = now;
      this.tick(now);
    });
    this.tell();
  }

  pause() {
    this.playing = false;
    this.part = 1;
    this.tell();
  }

  goto(step) {
    this.step = Math.max(0, Math.min(this.steps - 1, Math.round(step)));
    this.pause();
  }

  tick(now) {
    if (!this.playing) return;
    this.part += ((now - this.before) / 1000) * this.speed;
    this.before = now;
    const whole = Math.floor(this.part);
    this.part -= whole;
    this.step += whole;
    if (this.step >= this.steps) {
      this.step = this.steps - 1;
      return this.pause();
    }
    this.tell();
    requestAnimationFrame((next) => this.tick(next));
  }

  tell() {
    this.dispatchEvent(new Event("move"));
  }
}

// Buttons, slider and keys of a player.
export function connectControls(player) {
  const by = (id) => document.getElementById(id);
  const [play, along, step] = [by("play"), by("along"), by("step")];
  play.onclick = () => player.toggle();
  by("first").onclick = () => player.goto(0);
  by("back").onclick = () => player.goto(player.step - 1);
  by("forth").onclick = () => player.goto(player.step + 1);
  by("last").onclick = () => player.goto(player.steps - 1);
  along.oninput = () => player.goto(along.valueAsNumber);
  by("speed").onchange = (event) => (player.speed = Number(event.target.value));
  player.addEventListener("move", () => {
    play.classList.toggle("playing", player.playing);
    play.setAttribute("aria-label", player.playing ? "Pause" : "Play");
    along.value = player.step;
    step.value = player.step;
  });
  const keys = {
    " ": () => player.toggle(),
    ArrowLeft: () => player.goto(player.step - 1),
    ArrowRight: () => player.goto(player.step + 1),
    Home: () => player.goto(0),
    End: () => player.goto(player.steps - 1),
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea, .picture");
    const pressing = event.key === " " && event.target.closest("button, summary, a");
    if (typing || pressing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  });
}
