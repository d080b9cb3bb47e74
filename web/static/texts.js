// The words of the screens in the chosen language. Knows nothing of where they are shown.

let words = {};
export let language = "zh";

/** Loads a language. */
export async function speak(name) {
  language = name === "en" ? "en" : "zh";
  words = await (await fetch(`/suyuan/texts/${language}.json`)).json();
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
}

/** Keeps the choice in this browser, as a cookie: what the server says is then in the same language. */
export function keep() {
  document.cookie = `suyuan_language=${language}; path=/; max-age=31536000; samesite=strict`;
}

/** The words for a key, with {names} filled in. */
export function t(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** A list of words under a key. */
export function list(key) {
  return words[key] ?? [];
}

/** A moment in the reader's own way. */
export function moment(iso) {
  return new Date(iso).toLocaleString(language === "zh" ? "zh-CN" : "en-GB", {
    year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
  });
}
