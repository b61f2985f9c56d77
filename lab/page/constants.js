// The constants of a scene, to read.

export function showConstants(parent, fields) {
  const list = document.createElement("dl");
  list.className = "fields";
  for (const field of fields) {
    const entry = document.createElement("div");
    const [term, value] = [document.createElement("dt"), document.createElement("dd")];
    if (field.is_rule) entry.className = "whole";
    term.textContent = field.label;
    value.textContent = `${field.value} ${field.unit}`.trim();
    if (field.is_rule) value.className = "mono";
    entry.append(term, value);
    list.append(entry);
  }
  parent.append(list);
}
