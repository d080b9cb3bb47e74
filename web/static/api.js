// Talks to this machine's server, and to nothing else. Knows nothing of screens.

/** An answer other than 2xx, with the server's own words. */
export class Refused extends Error {
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

async function words(response) {
  try {
    const body = await response.json();
    return body.detail ?? body.error ?? response.statusText;
  } catch {
    return response.statusText || String(response.status);
  }
}

/** Calls the server; a body makes it a POST unless a method is named. */
export async function call(path, { method, body } = {}) {
  const response = await fetch(`/suyuan/api/${path}`, {
    method: method ?? (body === undefined ? "GET" : "POST"),
    headers: body === undefined ? {} : { "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
    credentials: "same-origin",
  });
  if (response.status === 401) location.assign("/suyuan/login");
  if (!response.ok) throw new Refused(response.status, await words(response));
  return response.json();
}

/** Asks through Gradio's queue: yields each event of the answer as it comes. */
export async function* stream(payload, signal) {
  const joined = await fetch("/gradio_api/call/chat", {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ data: [payload] }), signal,
  });
  if (joined.status === 401) location.assign("/suyuan/login");
  if (!joined.ok) throw new Refused(joined.status, await words(joined));
  const { event_id: id } = await joined.json();
  const response = await fetch(`/gradio_api/call/chat/${encodeURIComponent(id)}`, { signal });
  for await (const { name, data } of events(response.body)) {
    if (name === "error") throw new Refused(500, typeof data === "string" ? data : data?.error ?? "");
    if (name === "generating" && data?.[0]) yield data[0];
    if (name === "complete") return;
  }
}

async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    rest += value;
    const blocks = rest.split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const name = /^event: (.*)$/m.exec(block)?.[1] ?? "message";
      const data = /^data: (.*)$/m.exec(block)?.[1];
      yield { name, data: data ? JSON.parse(data) : null };
    }
  }
}

/** Sends files with progress from 0 to 1; resolves to the job that indexes them. */
export function send(files, progress) {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    for (const file of files) form.append("files", file, file.name);
    const request = new XMLHttpRequest();
    request.open("POST", "/suyuan/api/sources");
    request.responseType = "json";
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onload = () =>
      request.status < 300 ? resolve(request.response) : reject(new Refused(request.status, request.response?.detail ?? request.statusText));
    request.onerror = () => reject(new Refused(0, "network"));
    request.send(form);
  });
}

/** Saves a file that the server makes. */
export function download(path) {
  const link = document.createElement("a");
  link.href = `/suyuan/api/${path}`;
  link.download = "";
  document.body.append(link);
  link.click();
  link.remove();
}
