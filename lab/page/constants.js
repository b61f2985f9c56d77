// The constants of a scene, to read.

import {PictureView} from "lab/picture";
import {letters} from "lab/rule";

export function showConstants(parent, fields) {
  const list = document.createElement("dl");
  list.className = "fields";
  for (const field of fields) {
    const entry = document.createElement("div");
    const [term, value] = [document.createElement("dt"), document.createElement("dd")];
    if (field.kind === "rule") entry.className = "whole";
    if (field.kind === "rule") value.className = "mono";
    term.textContent = field.label;
    if (field.kind === "picture") value.append(new PictureView(field).element);
    else value.textContent = `${field.value} ${field.unit}`.trim();
    entry.append(term, value);
    if (field.kind === "rule") {
      const meaning = document.createElement("dd");
      meaning.append(letters());
      entry.append(meaning);
    }
    list.append(entry);
  }
  parent.append(list);
}
