// Questions to the server: runs, which answer in parts, and rules.

export class Live {
  constructor({token, header}, scene) {
    this.headers = {"Content-Type": "application/json", [header]: token};
    this.token = token;
    this.scene = scene;
    const scenes = document.getElementById("scenes");
    scenes.onchange = () => (location.href = this.address(scenes.value));
  }

  address(scene) {
    return `/scene/${scene}?token=${encodeURIComponent(this.token)}`;
  }

  ask(path, question, signal) {
    return fetch(path, {method: "POST", headers: this.headers, body: JSON.stringify(question), signal});
  }

  // Run the scene; each part of the answer goes to the taker of its name. A later run ends this one.
  async run(edits, takers) {
    this.running?.abort();
    const {signal} = (this.running = new AbortController());
    try {
      takers.note("The golden core runs");
      const answer = await this.ask("/run", {scene: this.scene, edits}, signal);
      if (!answer.ok) throw new Error(await answer.text());
      for await (const line of linesOf(answer.body)) {
        if (signal.aborted) return;
        const [[name, part]] = Object.entries(JSON.parse(line));
        takers[name](part);
        if (name === "recording") takers.note("The RTL runs");
      }
    } catch (error) {
      if (!signal.aborted) takers.note(`The laboratory does not answer: ${error.message}`);
    }
  }

  async rule(text) {
    return (await this.ask("/rule", {text})).json();
  }
}

// Lines of a stream of bytes.
async function* linesOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const {value, done} = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    yield* lines;
  }
}
