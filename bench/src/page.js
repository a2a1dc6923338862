// Put into each page before it loads: notes when the first picture is seen, the frames, and the keystrokes.
(() => {
  const bench = { first: null, frames: [], keys: [] };
  window.bench = bench;

  // The first picture: its bytes are decoded, and a frame with it was begun.
  document.addEventListener("load", ({ target }) => {
    if (bench.first !== null || !(target instanceof HTMLImageElement)) return;
    if (!target.closest('[data-testid="image-tile"]')) return;
    bench.first = Infinity;
    requestAnimationFrame(() => (bench.first = performance.now()));
  }, true);

  // What scrolls in the middle of the library.
  bench.scroller = () => {
    let element = document.elementFromPoint(innerWidth * 0.7, innerHeight * 0.6);
    while (element && !(element.scrollHeight > element.clientHeight + 1 && getComputedStyle(element).overflowY === "auto")) {
      element = element.parentElement;
    }
    return element ?? document.scrollingElement;
  };

  // The time between frames, until told to stop.
  bench.record = () => {
    bench.frames = [];
    bench.recording = true;
    let last = performance.now();
    const frame = (now) => {
      bench.frames.push(now - last);
      last = now;
      if (bench.recording) requestAnimationFrame(frame);
    };
    requestAnimationFrame((now) => {
      last = now;
      requestAnimationFrame(frame);
    });
  };

  // A keystroke: how long the page worked for it (the event with all that follows at once, then the frame that shows
  // it: style, layout, paint), and how long until that frame was done, the wait for the screen's next turn included.
  const soon = (run) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = run;
    port2.postMessage(0);
  };
  document.addEventListener("input", ({ target }) => {
    if (target.type !== "search") return;
    const begin = performance.now();
    const key = {};
    bench.keys.push(key);
    soon(() => (key.work = performance.now() - begin));
    requestAnimationFrame(() => {
      const frame = performance.now();
      soon(() => {
        key.shown = performance.now() - begin;
        // What the event left to be done may end within the frame, and is counted once.
        key.work = Math.min(key.work + performance.now() - frame, key.shown);
      });
    });
  }, true);
})();
