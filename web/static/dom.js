// Makes elements. Text only ever goes in as text nodes: nothing in this folder parses a string as markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element: props are attributes, `on` listeners, `class` the class; children are nodes, strings or nothing. */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (name === "class") node.className = value;
    else if (name in PROPERTIES) node[name] = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  add(node, children);
  return node;
}

const PROPERTIES = { value: 1, checked: 1, disabled: 1, selected: 1, hidden: 1, open: 1 };

function add(node, children) {
  for (const child of children.flat(4)) {
    if (child === undefined || child === null || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** Replaces everything in a node. */
export function fill(node, ...children) {
  node.replaceChildren();
  add(node, children);
  return node;
}

const PATHS = {
  plus: "M12 5v14M5 12h14",
  send: "M5 12l14-7-5 14-3-6z",
  stop: "M7 7h10v10H7z",
  close: "M6 6l12 12M18 6L6 18",
  menu: "M4 7h16M4 12h16M4 17h16",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13zM20 20l-4.7-4.7",
  left: "M14 6l-6 6 6 6",
  right: "M10 6l6 6-6 6",
  list: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
  check: "M5 12.5l4.5 4.5L19 7.5",
  warn: "M12 4l9 16H3zM12 10v4M12 17h.01",
  info: "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM12 11v5M12 8h.01",
  book: "M5 4h11a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3zM5 17a3 3 0 0 1 3-3h11",
  chart: "M5 20V11M11 20V4M17 20v-6M3 20h18",
  compare: "M4 5h6v14H4zM14 5h6v14h-6zM6 9h2M6 12h2M16 9h2M16 15h2",
  chat: "M4 5h16v11H9l-5 4z",
  copy: "M9 9h10v11H9zM5 15V4h10",
  word: "M6 3h8l4 4v14H6zM14 3v4h4M8.5 12l1.5 6 2-5 2 5 1.5-6",
  markdown: "M3 6h18v12H3zM6 15V9l3 3 3-3v6M17 9v6M15 13l2 2 2-2",
  print: "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
  pencil: "M4 20l1-4L16 5l3 3L8 19z",
  trash: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",
  up: "M8 11V20H4v-9zM8 11l4-8c2 0 2.5 1 2 3l-.7 3H19a2 2 0 0 1 2 2.3l-1 6.7a2 2 0 0 1-2 2H8",
  down: "M8 13V4H4v9zM8 13l4 8c2 0 2.5-1 2-3l-.7-3H19a2 2 0 0 0 2-2.3l-1-6.7a2 2 0 0 0-2-2H8",
  flag: "M5 21V4h12l-2 4 2 4H5",
  sun: "M12 8a4 4 0 1 0 0 8a4 4 0 0 0 0-8zM12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M5 19l2-2M17 7l2-2",
  globe: "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18",
  exit: "M14 4h5v16h-5M4 12h10M10 8l4 4-4 4",
  scope: "M4 5h16l-6 7v6l-4 2v-8z",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  table: "M4 5h16v14H4zM4 10h16M4 14.5h16M10 5v14",
  calendar: "M5 6h14v14H5zM5 10h14M9 3v5M15 3v5",
  upload: "M12 16V5M8 9l4-4 4 4M5 19h14",
};

/** A line drawing, hidden from screen readers (the button around it has the words). */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", "aria-hidden": "true", class: "sy-icon" }))
    svg.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** A button with a drawing and, unless `bare`, its words beside it. */
export function button(label, iconName, action, { bare = false, kind = "quiet", ...rest } = {}) {
  return h(
    "button",
    { type: "button", class: `sy-button sy-${kind}${bare ? " sy-bare" : ""}`, "aria-label": label, title: bare ? label : null,
      on: { click: action }, ...rest },
    iconName ? icon(iconName) : null,
    bare ? null : h("span", {}, label),
  );
}

/** Asks in a dialog: resolves to the form's values, or to null when it was put away. */
export function ask(title, fields, { accept, cancel, danger = false }) {
  return new Promise((resolve) => {
    const form = h("form", { method: "dialog", class: "sy-form" });
    const dialog = h("dialog", { class: "sy-dialog", "aria-label": title }, h("h2", {}, title), form);
    add(form, fields);
    form.append(
      h("div", { class: "sy-actions" },
        h("button", { type: "button", class: "sy-button sy-quiet", on: { click: () => dialog.close("") } }, cancel),
        h("button", { type: "submit", value: "yes", class: `sy-button ${danger ? "sy-danger" : "sy-primary"}` }, accept)),
    );
    dialog.addEventListener("close", () => {
      const values = dialog.returnValue === "yes" ? Object.fromEntries(new FormData(form)) : null;
      dialog.remove();
      resolve(values);
    });
    document.getElementById("suyuan").append(dialog);
    dialog.showModal();
  });
}

let region;
/** Says something to everybody: a line at the foot of the screen, read out by screen readers. */
export function say(text) {
  region ??= h("div", { class: "sy-toasts", role: "status", "aria-live": "polite" });
  if (!region.isConnected) document.getElementById("suyuan").append(region); // the screen is drawn anew in another language
  const toast = region.appendChild(h("div", { class: "sy-toast" }, text));
  setTimeout(() => toast.remove(), 5000);
}
