// Loads the worker's program. Its own file because a worker begins with a script address; the build replaces the text
// below by the names and checksum of the files that belong together.
"use strict";
const FILES = "@FILES@";

// Where the server sends the page's policy with every file, it holds here too: exactly one script may be added.
if (self.trustedTypes) {
  const glue = new URL(FILES.glue, self.location.href).href;
  const createScriptURL = (text) => (new URL(text, self.location.href).href === glue ? glue : null);
  self.trustedTypes.createPolicy("default", { createScriptURL });
}

// Messages that come before the program listens are kept and handed over in order.
const early = [];
const keep = (event) => early.push(event);
self.addEventListener("message", keep);

importScripts(FILES.glue);
fetch(new URL(FILES.wasm, self.location.href), { credentials: "same-origin", integrity: FILES.wasmIntegrity })
  .then((response) => {
    if (!response.ok) throw new Error(`${FILES.wasm}: ${response.status}`);
    return wasm_bindgen({ module_or_path: response });
  })
  .then(() => {
    self.removeEventListener("message", keep);
    for (const event of early.splice(0)) self.dispatchEvent(new MessageEvent("message", { data: event.data, ports: [...event.ports] }));
  })
  // Thrown from a task of its own, it reaches the page as the worker's `error` event; a rejected promise would not.
  .catch((error) => setTimeout(() => { throw error; }));
