// Stands in for the end of a page at one exact step: from there on nothing leaves the page any more, neither to the disk
// nor to the network, and nothing that is on its way arrives. STEP is written in by the harness.
((step) => {
  const state = (window.crash = { reached: false });
  const at = (name) => !state.reached && step === name;
  const stop = () => { state.reached = true; };
  const never = () => new Promise(() => {});
  const dead = () => new DOMException("the page has ended", "InvalidStateError");

  const begin = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (...rest) {
    if (state.reached) throw dead();
    const work = begin.apply(this, rest);
    // Before the page's own handler, which is set later.
    work.addEventListener("complete", () => { if (work.last) stop(); });
    return work;
  };
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (value, ...rest) {
    const what = this.name === "attempts" ? value.status : this.name;
    if (at(`before ${what}`)) {
      stop();
      this.transaction.abort();
      throw dead();
    }
    const request = put.call(this, value, ...rest);
    if (at(`after ${what}`)) this.transaction.last = true;
    return request;
  };

  const kinds = new WeakMap();
  const real = window.fetch;
  window.fetch = function (input, init) {
    if (state.reached) return never();
    const url = typeof input === "string" ? input : input.url;
    const kind = url.includes("flux/generate") ? "generate" : url.includes("/cdn/") || url.includes("cdn%2F") ? "image" : "other";
    const answer = real.call(this, input, init);
    if (at(`sent ${kind}`)) {
      answer.catch(() => {});
      stop();
      return never();
    }
    return answer.then((response) => {
      if (at(`headers ${kind}`)) stop();
      if (state.reached) return never();
      if (response.body) kinds.set(response.body, kind);
      return response;
    });
  };
  const open = ReadableStream.prototype.getReader;
  ReadableStream.prototype.getReader = function (...rest) {
    const reader = open.apply(this, rest);
    kinds.set(reader, kinds.get(this));
    return reader;
  };
  const read = ReadableStreamDefaultReader.prototype.read;
  ReadableStreamDefaultReader.prototype.read = function (...rest) {
    return read.apply(this, rest).then((piece) => {
      if (at(`body ${kinds.get(this)}`)) stop();
      return state.reached ? never() : piece;
    });
  };
})(STEP);
