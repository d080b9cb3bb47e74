// The owner's page: what was asked, what found nothing, what people said of the answers. Knows nothing of who asked.

import { fill, h } from "./dom.js";
import { call } from "./api.js";
import { moment, t } from "./texts.js";

const STATUSES = ["answered", "clarify", "not_found", "error"];

export class Owner {
  constructor(node) {
    this.node = node;
  }

  async start() {
    const report = await call("owner");
    fill(this.node, h("header", { class: "sy-page-head" }, h("h1", {}, t("page.owner")), h("p", {}, t("owner.text"))),
      h("dl", { class: "sy-figures" }, STATUSES.map((status) => h("div", {}, h("dt", {}, t(`owner.${status}`)), h("dd", {}, String(report.counts[status] ?? 0))))),
      this.plot(report.days), this.table(report.questions));
  }

  plot(days) {
    if (!days.length) return h("p", { class: "sy-none" }, t("owner.none"));
    const most = Math.max(...days.map((day) => STATUSES.reduce((sum, status) => sum + (day[status] ?? 0), 0)), 1);
    return h("figure", { class: "sy-plot", role: "img", "aria-label": t("owner.plot.label", { n: days.length, most }) },
      h("div", { class: "sy-bars", "aria-hidden": "true" }, days.map((day) => h("div", { class: "sy-bar", title: day.day },
        h("div", { class: "sy-stack" }, STATUSES.map((status) => (day[status] ? h("span", { class: `sy-part sy-part-${status}`, style: `height:${(100 * day[status]) / most}%` }) : null))),
        h("small", {}, day.day.slice(5))))),
      h("figcaption", {}, STATUSES.map((status) => h("span", { class: "sy-key" }, h("i", { class: `sy-part-${status}` }), t(`owner.${status}`)))));
  }

  table(questions) {
    if (!questions.length) return null;
    return h("div", { class: "sy-table-box" }, h("table", { class: "sy-table" },
      h("thead", {}, h("tr", {}, ["question", "status", "times", "feedback", "last"].map((key) => h("th", {}, t(`owner.column.${key}`))))),
      h("tbody", {}, questions.map((row) => h("tr", { "data-status": row.status },
        h("td", {}, row.question, row.comments.map((comment) => h("small", {}, `“${comment}”`))),
        h("td", {}, h("span", { class: `sy-badge sy-badge-${row.status}` }, t(`owner.${row.status}`))),
        h("td", {}, String(row.times)),
        h("td", {}, row.verdicts.map((verdict) => t(`feedback.${verdict}`)).join("、") || "—"),
        h("td", { class: "sy-date" }, moment(row.last)))))));
  }
}
