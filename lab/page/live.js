// Questions to the server: runs, which answer in parts, and rules.

export class Live {
  constructor({token, header}, scene) {
    this.headers = {"Content-Type": "application/json", [header]: token};
    this.token = token;
    this.scene = scene;
    this.asked = {};
    const scenes = document.getElementById("scenes");
    scenes.onchange = () => (location.href = this.address(scenes.value));
  }

  address(scene) {
    return `/scene/${scene}?token=${encodeURIComponent(this.token)}`;
  }

  ask(path, question, signal) {
    return fetch(path, {method: "POST", headers: this.headers, body: JSON.stringify(question), signal});
  }

  // Run the scene; each part of the answer goes to the taker of its name.
  run(edits, takers) {
    takers.note("The golden core runs");
    return this.parts("/run", {edits}, {...takers, recording: (part) => {
      takers.recording(part);
      takers.note("The RTL runs");
    }});
  }

  look(edits, step, takers) {
    takers.note("The RTL is traced");
    return this.parts("/cycles", {edits, step}, takers);
  }

  // An answer in parts; a later question to the same path ends an earlier one.
  async parts(path, question, takers) {
    this.asked[path]?.abort();
    const {signal} = (this.asked[path] = new AbortController());
    try {
      const answer = await this.ask(path, {scene: this.scene, ...question}, signal);
      if (!answer.ok) throw new Error(await answer.text());
      for await (const line of linesOf(answer.body)) {
        if (signal.aborted) return;
        const [[name, part]] = Object.entries(JSON.parse(line));
        takers[name](part);
      }
    } catch (error) {
      if (!signal.aborted) takers.note(`The laboratory does not answer: ${error.message}`);
    }
  }

  async source(block) {
    return (await this.ask("/source", {block})).json();
  }

  async rule(text) {
    return (await this.ask("/rule", {scene: this.scene, text})).json();
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
