// Faults of the browser itself, which a story switches on in window.faults. Each counts how often it struck.
(() => {
  const faults = (window.faults = {
    // How the store of this name, or rows of this status, take what is put: "throws" or "aborts".
    puts: {},
    struck: 0,
    // Milliseconds that the disk takes for each row.
    slow: 0,
    // The connection to the database is lost at the so-manieth transaction from now.
    lose: 0,
    lost: 0,
    // Milliseconds by which the clock on the wall is wrong.
    skew: 0,
    // What a time limit of a minute and more becomes.
    limit: 0,
    limited: 0,
    // The page is frozen without being told, and hears nothing of the other tabs meanwhile (Chromium's freezing lets
    // their messages through).
    hush: false,
    deaf: false,
    frozen: 0,
  });
  const full = () => new DOMException("no room, says the story", "QuotaExceededError");
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (value, ...rest) {
    if (faults.slow > 0 && this.name === "attempts") {
      // A transaction lasts for as long as something is asked of it.
      const until = performance.now() + faults.slow;
      const ask = () => performance.now() < until && (this.count().onsuccess = ask);
      ask();
    }
    const how = faults.puts[this.name === "attempts" ? value.status : this.name];
    if (!how) return put.call(this, value, ...rest);
    faults.struck += 1;
    if (how === "throws") throw full();
    // The request goes well, and the transaction does not: how browsers often tell of a full disk.
    const request = put.call(this, value, ...rest);
    Object.defineProperty(this.transaction, "error", { get: full });
    this.transaction.abort();
    return request;
  };
  const begin = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (...rest) {
    if (faults.lose > 0 && --faults.lose === 0) {
      faults.lost += 1;
      this.close();
      throw new DOMException("Connection to Indexed Database server lost", "UnknownError");
    }
    return begin.apply(this, rest);
  };
  const now = Date.now;
  Date.now = () => now.call(Date) + faults.skew;
  const later = window.setTimeout;
  window.setTimeout = (call, ms, ...rest) => {
    const shorter = faults.limit > 0 && ms >= 60_000;
    if (shorter) faults.limited += 1;
    return later(call, shorter ? faults.limit : ms, ...rest);
  };
  document.addEventListener("freeze", (event) => {
    faults.frozen += 1;
    faults.deaf = faults.hush;
    if (faults.hush) event.stopImmediatePropagation();
  }, true);
  document.addEventListener("resume", () => { faults.deaf = false; }, true);
  const Channel = window.BroadcastChannel;
  window.BroadcastChannel = class extends Channel {
    constructor(name) {
      super(name);
      this.addEventListener("message", (event) => faults.deaf && event.stopImmediatePropagation());
    }
  };
})();
