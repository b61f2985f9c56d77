// The page: a scene, a player, and what shows its steps.

import {onScheme} from "lab/colours";
import {showConstants} from "lab/constants";
import {connectCycles, Cycles, sourceOpener} from "lab/cycles";
import {Edits} from "lab/edits";
import {Live} from "lab/live";
import {NetworkView} from "lab/network";
import {connectControls, Player} from "lab/player";
import {Plots} from "lab/plots";
import {Recording} from "lab/recording";
import {showVerdict, tell} from "lab/verdict";

const data = JSON.parse(document.getElementById("data").textContent);
const {scene, drawing} = data;
const player = new Player(scene.steps);
const network = new NetworkView(document.getElementById("network"), document.getElementById("now"), drawing);
const plots = new Plots(document.getElementById("plots"), drawing, scene);

let recording;
function show(recorded) {
  recording = new Recording(recorded);
  network.show(recording, player);
  plots.show(recording, player);
}

connectControls(player);
player.addEventListener("move", () => {
  network.draw();
  plots.move();
});
onScheme(() => recording && show(recording));

const parent = document.getElementById("edits");
if (data.live) {
  const live = new Live(data.live, scene.name);
  const edits = new Edits(parent, scene.fields, live, () => live.run(edits.values, {
    note: tell,
    idle: (sentences) => edits.idle(sentences),
    recording: show,
    rtl: ({difference}) => showVerdict(difference),
    mistakes: (mistakes) => edits.refuse(mistakes),
  }));
  const cycles = new Cycles(data.diagram, sourceOpener(live));
  connectCycles(cycles, live, player, () => edits.values);
  edits.form.addEventListener("input", () => cycles.hide());
  edits.run();
} else {
  new Cycles(data.diagram).show(data.cycles);
  showConstants(parent, scene.fields);
  show(data.recording);
  showVerdict(data.difference);
}
