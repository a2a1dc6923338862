// Starts the studio: first the rules for what may become markup or code, then the program.
// A classic script without imports, so that it runs, and can say what is wrong, when any other file is missing.
// The build replaces the text below by the names and checksums of the files that belong together.
(() => {
  "use strict";
  const FILES = "@FILES@";
  const root = document.documentElement;
  root.dataset.boot = "loading";

  const address = (file) => new URL(file, document.baseURI).href;

  // Trusted Types: the browser asks here before a string becomes markup or the address of a script. The program only ever
  // sets markup that was fixed when it was built, so whatever could run is refused (null) and the assignment throws.
  const opensElement = /<(?:script|iframe|object|embed|base|meta|link|form)\b/i;
  const carriesCode = /[\s"'/]on[a-z]+\s*=|srcdoc|&(?:#|colon|tab|newline)/i;
  const scripts = FILES.scripts.map(address);
  const createHTML = (text) => {
    // Browsers ignore blanks and control characters inside "javascript:".
    const squeezed = text.replace(/[\u0000-\u0020]+/g, "");
    return opensElement.test(text) || carriesCode.test(text) || /javascript:/i.test(squeezed) ? null : text;
  };
  const createScriptURL = (text) => (scripts.includes(address(text)) ? address(text) : null);
  if (window.trustedTypes) window.trustedTypes.createPolicy("default", { createHTML, createScriptURL });

  const reasons = {
    files: "The files of the studio do not match: one is missing, or a new version was put up a moment ago.",
    network: "The browser is offline, and the files of the studio have not been loaded yet.",
    engine: "This browser cannot run WebAssembly, or it is switched off here (a lockdown mode does that).",
    program: "Its program stopped while it was starting. The browser's console has the details.",
  };
  const fail = (reason, error) => {
    root.dataset.boot = "failed";
    console.error("The studio could not start:", error);
    document.getElementById("boot-reason").textContent = reasons[reason];
    document.getElementById("boot-failure").hidden = false;
  };
  const missing = (error) => fail(navigator.onLine === false ? "network" : "files", error);

  const start = async () => {
    if (typeof WebAssembly !== "object") return fail("engine", "no WebAssembly");
    let glue, response;
    try {
      // The same request as the page's preload, so that it is not made twice. The checksum makes a mix of two versions an
      // error here instead of a program that goes wrong later; the glue's checksum is checked by its modulepreload.
      [glue, response] = await Promise.all([
        import(address(FILES.glue)),
        fetch(address(FILES.wasm), { credentials: "same-origin", integrity: FILES.wasmIntegrity }),
      ]);
    } catch (error) {
      return missing(error);
    }
    if (!response.ok) return missing(`${FILES.wasm}: ${response.status}`);
    try {
      // Compiles while reading; the glue falls back to reading first where the server names another media type.
      await glue.default({ module_or_path: response });
    } catch (error) {
      const unfit = error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError;
      return fail(unfit ? "files" : "program", error);
    }
    root.dataset.boot = "running";
  };
  start();
})();
