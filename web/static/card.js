// The card that shows a quote beside its marker. Knows nothing of how the source is opened.

import { fill, h } from "./dom.js";
import { t } from "./texts.js";
import { place, seal } from "./citation.js";

let shown;
let hideLater;

function box() {
  if (!shown) {
    shown = h("div", { class: "sy-card", role: "tooltip", id: "sy-card", hidden: true });
    shown.addEventListener("pointerenter", () => clearTimeout(hideLater));
    shown.addEventListener("pointerleave", hide);
    document.addEventListener("keydown", (event) => event.key === "Escape" && hideNow());
    document.addEventListener("pointerdown", (event) => !shown.contains(event.target) && !event.target.closest?.(".sy-chip") && hideNow());
  }
  if (!shown.isConnected) document.getElementById("suyuan").append(shown); // the screen is drawn anew in another language
  return shown;
}

export function hideNow() {
  if (shown) shown.hidden = true;
}

function hide() {
  clearTimeout(hideLater);
  hideLater = setTimeout(hideNow, 180);
}

function show(anchor, citation, open) {
  clearTimeout(hideLater);
  const node = fill(box(),
    h("div", { class: "sy-card-head" }, h("strong", {}, citation.title), seal(citation)),
    h("div", { class: "sy-card-place" }, place(citation)),
    h("blockquote", { class: "sy-quote" }, citation.quote),
    h("button", { type: "button", class: "sy-button sy-quiet sy-card-open", tabindex: "-1", on: { click: () => { hideNow(); open(citation); } } }, t("card.open")));
  node.hidden = false;
  anchor.setAttribute("aria-describedby", "sy-card");
  const at = anchor.getBoundingClientRect();
  const size = node.getBoundingClientRect();
  const left = Math.min(Math.max(8, at.left - 24), innerWidth - size.width - 8);
  const above = at.top - size.height - 8;
  node.style.left = `${left}px`;
  node.style.top = `${above > 8 ? above : Math.min(at.bottom + 8, innerHeight - size.height - 8)}px`;
}

/** Gives a marker its card: the mouse and the keyboard show it and a click opens the source; a finger's first tap shows it. */
export function card(anchor, citation, open) {
  let finger = false;
  anchor.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && show(anchor, citation, open));
  anchor.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && hide());
  anchor.addEventListener("focus", () => anchor.matches(":focus-visible") && show(anchor, citation, open));
  anchor.addEventListener("blur", hide);
  anchor.addEventListener("pointerdown", (event) => (finger = event.pointerType === "touch"));
  anchor.addEventListener("click", () => {
    if (finger) return show(anchor, citation, open);
    hideNow();
    open(citation, anchor);
  });
}
