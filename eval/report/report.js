"use strict";
// The filters of the questions: every one of them narrows the list, the address keeps them.
(() => {
  const fields = ["words", "result", "stage", "status", "tag"].map((id) => document.getElementById(id));
  const questions = [...document.querySelectorAll(".question")];
  const count = document.getElementById("count");
  // the same folding as the page's data-words: NFKC, lower case, no white space
  const fold = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/gu, "");

  function apply() {
    const [words, result, stage, status, tag] = fields.map((field) => field.value);
    const wanted = fold(words);
    let shown = 0;
    for (const question of questions) {
      const { passed, change, stage: at, status: was, tags, words: text } = question.dataset;
      const fits =
        (!wanted || text.includes(wanted)) &&
        (!result || passed === result || change === result) &&
        (!stage || at === stage) &&
        (!status || was === status) &&
        (!tag || tags.split(" ").includes(tag));
      question.hidden = !fits;
      shown += fits;
    }
    count.textContent = `${shown} / ${questions.length}`;
  }

  function reveal() {
    const target = location.hash.startsWith("#q-") && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    target.hidden = false;
    target.open = true;
    target.scrollIntoView();
  }

  for (const field of fields) field.addEventListener("input", apply);
  window.addEventListener("hashchange", reveal);
  apply();
  reveal();
})();
